import Contracts
import Crops
import Media
import Vision

/// Looks for faces in some pictures a second of a file.
struct FaceLook {
    let detector: FaceDetector
    let picturesPerSecond: Double
    /// What pictures are scaled to before they are looked at.
    let width: Int

    /// Hands out the faces of each picture between two times of the file, in the pixels of what was looked at.
    ///
    /// `parts` tells into how many pictures, one above the other, a picture falls.
    func look(
        at path: String,
        _ rangeMs: Range<Int>,
        parts: (_ timeMs: Int) -> Int = { _ in 1 },
        cancel: @escaping @Sendable () -> Bool,
        each: (_ timeMs: Int, _ faces: [DetectedFace], _ width: Int, _ height: Int) -> Void
    ) throws {
        var failure: VisionError?
        try FrameSampler.sample(
            path: path,
            fromMs: rangeMs.lowerBound,
            toMs: rangeMs.upperBound,
            framesPerSecond: picturesPerSecond,
            width: width,
            cancel: cancel
        ) { timeMs, picture in
            do throws(VisionError) {
                let count = parts(timeMs)
                let height = picture.height / count
                for part in 0..<count {
                    let first = part * height * picture.stride
                    let bytes = picture.bytes[first..<first + height * picture.stride]
                    let faces = try detector.detect(
                        bgr: count == 1 ? picture.bytes : Array(bytes),
                        width: picture.width,
                        height: height,
                        stride: picture.stride
                    )
                    each(timeMs, faces, picture.width, height)
                }
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw Problem(.stageFailed, detail: failure.description) }
    }
}
