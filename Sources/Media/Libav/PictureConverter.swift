import CLibav

/// Scales single pictures and changes their pixel format.
final class PictureConverter {
    private let width: Int
    private let timeBase: AVRational
    private let format: String
    private var graph: FilterGraph?
    private var shape: FrameShape?
    private let converted: Frame

    /// `format` is the end of the filter chain.
    init(width: Int, timeBase: AVRational, _ format: String) throws(MediaError) {
        self.width = width / 2 * 2
        self.timeBase = timeBase
        self.format = format
        converted = try Frame()
    }

    /// The converted picture, which lives until the next call.
    func convert(_ frame: Frame) throws(MediaError) -> Frame? {
        let shape = FrameShape(frame)
        if graph == nil || shape != self.shape {
            self.shape = shape
            graph = try FilterGraph(
                [
                    FilterText.videoSource("in", frame, timeBase), "scale=\(width):-2:flags=bilinear", format,
                    "buffersink@out",
                ].joined(separator: ",")
            )
        }
        guard let graph else { return nil }
        try graph.push(frame, to: "buffer@in")
        return try graph.pull(from: "buffersink@out", into: converted) ? converted : nil
    }
}
