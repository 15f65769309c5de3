import Contracts
import Crops
import Vision

/// Looks at a finished picture about once a second, whether the face that it shows is cut off.
struct FaceCheck {
    private static let samplesPerSecond = 1.0
    private static let sampleWidth = 360

    let detector: FaceDetector
    /// In the time of the short.
    let canvas: Composition.Canvas

    func verdict(
        of path: String,
        durationMs: Int,
        cancel: @escaping @Sendable () -> Bool
    ) throws -> FaceVerdict {
        var verdict = FaceVerdict()
        let look = FaceLook(
            detector: detector,
            picturesPerSecond: Self.samplesPerSecond,
            width: Self.sampleWidth
        )
        // The halves of a stacked picture are two pictures.
        try look.look(
            at: path,
            0..<max(1, durationMs),
            parts: { isStacked(at: $0) ? 2 : 1 },
            cancel: cancel,
            each: { _, faces, width, height in verdict.add(faces, width: width, height: height) }
        )
        return verdict
    }

    private func isStacked(at timeMs: Int) -> Bool {
        canvas.shots.contains { $0.layout == .stacked && $0.startMs <= timeMs && timeMs < $0.endMs }
    }
}

/// How many of some pictures show a face, and how many of these show it whole.
struct FaceVerdict: Equatable {
    static let scoreMin = 0.7
    /// A face of a smaller share of the picture's width is somebody in the background.
    static let widthShareMin = 0.08
    /// So near to an edge a face is not whole.
    static let edgeShare = 0.005
    static let cutShareMax = 0.02

    private(set) var pictures = 0
    private(set) var seen = 0
    private(set) var whole = 0

    mutating func add(_ faces: [DetectedFace], width: Int, height: Int) {
        pictures += 1
        let inFront = faces.filter {
            $0.score >= Self.scoreMin && Double($0.box.width) >= Self.widthShareMin * Double(width)
        }
        guard let face = inFront.max(by: { $0.box.area < $1.box.area })?.box else { return }
        seen += 1
        let edge = max(1, Int(Self.edgeShare * Double(width)))
        let inside = Rect(x: edge, y: edge, width: width - 2 * edge, height: height - 2 * edge)
        if inside.contains(face) { whole += 1 }
    }

    /// One picture of few may catch a head as it turns.
    var passed: Bool { seen - whole <= max(1, Int(Double(seen) * Self.cutShareMax)) }

    var detail: String {
        seen == 0
            ? "no face in \(pictures) pictures"
            : "the largest face is whole in \(whole) of \(seen) pictures with one; at most 2 % or one may cut it"
    }
}
