import CLibav

/// What lies behind a picture that is shown whole.
package enum Backdrop: Sendable, Equatable {
    /// A colour in eight bits a channel.
    package struct Color: Sendable, Equatable {
        package var red: UInt8
        package var green: UInt8
        package var blue: UInt8

        package init(red: UInt8, green: UInt8, blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    /// A blurred copy of the picture.
    case blur
    case color(Color)
    /// A PNG that covers the output; the colour shows through it.
    case image(path: String, over: Color)

    /// The backdrop as one picture; nil where it is made of each source picture.
    func frame(width: Int, height: Int) throws(MediaError) -> Frame? {
        switch self {
        case .blur: return nil
        case .color(let color):
            return try Self.picture(Self.source(color, width, height) + "," + Self.ending, image: nil)
        case .image(let path, let color):
            let image = try StillImage.read(png: path)
            let second = AVRational(num: 1, den: 1)
            return try Self.picture(
                Self.source(color, width, height) + "[below];"
                    + FilterText.videoSource("image", image, second)
                    + ",setsar=1,scale=\(width):\(height):force_original_aspect_ratio=increase:flags=bicubic"
                    + ",crop=\(width):\(height),format=rgba[above];[below][above]overlay=format=rgb,"
                    + Self.ending,
                image: image
            )
        }
    }

    /// Colours are exact as RGB; the filter that makes them knows BT.601 only.
    private static func source(_ color: Color, _ width: Int, _ height: Int) -> String {
        let value = UInt32(color.red) << 16 | UInt32(color.green) << 8 | UInt32(color.blue)
        let digits = String(value, radix: 16)
        return "color=c=0x\(String(repeating: "0", count: 6 - digits.count))\(digits)"
            + ":s=\(width)x\(height):r=1:d=1,format=rgb24"
    }

    private static let ending =
        "scale=out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p,buffersink@out"

    private static func picture(_ graphText: String, image: Frame?) throws(MediaError) -> Frame {
        let graph = try FilterGraph(graphText)
        if let image {
            try graph.push(image, to: "buffer@image")
            try graph.push(nil, to: "buffer@image")
        }
        let frame = try Frame()
        guard try graph.pull(from: "buffersink@out", into: frame) else {
            throw MediaError(.encodeFailed, "the background gave no picture")
        }
        return frame
    }
}
