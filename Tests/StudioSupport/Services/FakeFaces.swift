package import Contracts

/// What fake vision services see: one face in the middle, twice a second.
package enum FakeFaces {
    static let stepMs = 500
    /// Left edge, upper edge, width and height as shares of the picture.
    package static let box = (left: 0.4, top: 0.2, width: 0.15, height: 0.3)

    /// The same in pixels of a clip.
    package static func rect(width: Int, height: Int) -> PixelRect {
        func pixels(_ share: Double, of side: Int) -> Int { Int((share * Double(side)).rounded()) }
        return PixelRect(
            x: pixels(box.left, of: width),
            y: pixels(box.top, of: height),
            width: pixels(box.width, of: width),
            height: pixels(box.height, of: height)
        )
    }

    /// As Amazon Rekognition tells it of a whole source.
    package static func detections(durationMs: Int) -> [String] {
        stride(from: 0, through: durationMs, by: stepMs).map { FakeRekognition.detection($0) }
    }
}
