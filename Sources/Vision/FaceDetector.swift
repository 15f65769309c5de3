import CVision
package import Crops

/// Finds faces with libfacedetection, loaded at run time from a path.
///
/// A call takes some 36 ms of processor time at 640 pixels' width, so it belongs on a thread of a
/// `ThreadPool`. Calls may run at the same time: each has its own buffer.
@safe
package struct FaceDetector: Sendable {
    package static let facesMax = 256
    package static let sideMax = 8192

    // Two function pointers into a library that is never unloaded, and never changed after `init`.
    private nonisolated(unsafe) let library: cvision_library

    /// Loads the library, and the OpenMP runtime that lies beside it.
    package init(libraryPath: String) throws(VisionError) {
        var library = unsafe cvision_library()
        var message = [CChar](repeating: 0, count: 512)
        let status = unsafe cvision_load(libraryPath, &library, &message, message.count)
        let words = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        switch Int(status) {
        case CVISION_OK: break
        case CVISION_NO_AVX2:
            throw VisionError(
                .processorUnsupported,
                "this processor has no AVX2, so faces cannot be looked for"
            )
        default:
            throw VisionError(.libraryUnavailable, "the face detector does not load: \(words)")
        }
        unsafe self.library = library
    }

    /// The faces in a picture of rows of blue, green and red bytes, `stride` bytes from row to row.
    package func detect(
        bgr: [UInt8],
        width: Int,
        height: Int,
        stride: Int
    ) throws(VisionError) -> [DetectedFace] {
        try unsafe detect(bgr: bgr.span.bytes, width: width, height: height, stride: stride)
    }

    /// The faces in a picture whose bytes stay where they are.
    package func detect(
        bgr: RawSpan,
        width: Int,
        height: Int,
        stride: Int
    ) throws(VisionError) -> [DetectedFace] {
        guard (1...Self.sideMax).contains(width), (1...Self.sideMax).contains(height),
            stride >= width * 3, stride <= Self.sideMax * 4,
            bgr.byteCount >= stride * (height - 1) + width * 3
        else {
            throw VisionError(
                .pictureInvalid,
                "a picture of \(width)x\(height) with rows of \(stride) bytes does not match \(bgr.byteCount) bytes"
            )
        }
        var buffer = [UInt8](repeating: 0, count: Int(CVISION_BUFFER_BYTES))
        var faces = [cvision_face](repeating: cvision_face(), count: Self.facesMax)
        let count = unsafe bgr.withUnsafeBytes { bytes -> Int32 in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe cvision_detect(
                library,
                &buffer,
                start.assumingMemoryBound(to: UInt8.self),
                Int32(width),
                Int32(height),
                Int32(stride),
                &faces,
                Int32(faces.count)
            )
        }
        guard count >= 0 else {
            throw VisionError(.pictureInvalid, "the face detector refuses a picture of \(width)x\(height)")
        }
        return faces.prefix(Int(count)).map { DetectedFace($0) }
    }
}

extension DetectedFace {
    fileprivate init(_ face: cvision_face) {
        let l = face.landmarks
        self.init(
            box: Rect(x: Int(face.x), y: Int(face.y), width: Int(face.width), height: Int(face.height)),
            score: min(1, max(0, Double(face.score) / 100)),
            landmarks: [(l.0, l.1), (l.2, l.3), (l.4, l.5), (l.6, l.7), (l.8, l.9)]
                .map { Point(x: Int($0.0), y: Int($0.1)) }
        )
    }
}
