import CLibav

/// Brings source pictures into the layout of a shot, at the size of the output.
final class LayoutComposer {
    /// Layouts beyond so many different sizes throw the graphs of the earlier ones away.
    private static let graphsMax = 24
    /// The blurred background is made from a picture this many times smaller.
    private static let blurShrink = 8

    /// In pixels of the smaller picture.
    private static let blurRadiusMax = 4

    private struct Key: Hashable {
        var width: Int
        var height: Int
        var layout: Shot.Layout?
    }

    private let width: Int
    private let height: Int
    private let timeBase: AVRational
    private var graphs: [Key: FilterGraph] = [:]
    private let composed: Frame
    /// Behind pictures that are shown whole; nil: a blurred copy of each.
    private let backdrop: Frame?
    private var framesOverBackdrop: Int64 = 0

    init(
        width: Int,
        height: Int,
        timeBase: AVRational,
        backdrop: Backdrop = .blur
    ) throws(MediaError) {
        self.width = width
        self.height = height
        self.timeBase = timeBase
        composed = try Frame()
        self.backdrop = try backdrop.frame(width: width, height: height)
    }

    /// The composed picture, which lives until the next call.
    ///
    /// `frame` must be a reference of the caller's own.
    func compose(_ frame: Frame, _ layout: Shot.Layout) throws(MediaError) -> Frame {
        switch layout {
        case .crop(let rect):
            // Crops of one size share a graph, wherever they lie: a pan needs no new one for each step.
            let even = rect.even
            try frame.crop(x: even.x, y: even.y, width: even.width, height: even.height)
            return try run(frame, nil) { fill(width, height, "", $0) }
        case .fit:
            guard let backdrop else { return try run(frame, layout, fit) }
            // Whatever the source's times are, those of the backdrop and of what lies on it begin together.
            frame.pts = framesOverBackdrop
            backdrop.pts = framesOverBackdrop
            framesOverBackdrop += 1
            return try run(frame, layout, still: backdrop) { fit($0, over: backdrop) }
        case .stacked(let top, let bottom):
            return try run(frame, layout) { stack(top.even, bottom.even, $0) }
        }
    }

    private func run(
        _ frame: Frame,
        _ layout: Shot.Layout?,
        still: Frame? = nil,
        _ filters: (_ color: String) -> String
    ) throws(MediaError) -> Frame {
        let key = Key(width: frame.width, height: frame.height, layout: layout)
        if graphs[key] == nil {
            if graphs.count >= Self.graphsMax { graphs.removeAll() }
            let color = FilterText.toBT709(frame)
            let text =
                FilterText.videoSource("in", frame, timeBase) + "," + filters(color)
                + ",setsar=1,format=yuv420p,buffersink@out"
            let graph = try FilterGraph(text)
            if let still {
                try graph.push(still, to: "buffer@still")
                try graph.push(nil, to: "buffer@still")
            }
            graphs[key] = graph
        }
        guard let graph = graphs[key] else { return frame }
        try graph.push(frame, to: "buffer@in")
        guard try graph.pull(from: "buffersink@out", into: composed) else {
            throw MediaError(.encodeFailed, "a layout gave no picture")
        }
        return composed
    }

    /// Scales to cover a size and cuts what stands over.
    private func fill(_ width: Int, _ height: Int, _ prefix: String, _ color: String) -> String {
        prefix
            + "scale=\(width):\(height):force_original_aspect_ratio=increase:flags=bicubic:\(color),crop=\(width):\(height)"
    }

    private func fit(_ color: String) -> String {
        let small = (max(2, width / Self.blurShrink / 2 * 2), max(2, height / Self.blurShrink / 2 * 2))
        let radius = max(1, min(Self.blurRadiusMax, min(small.0, small.1) / 8))
        return "split[whole][copy];"
            + "[copy]scale=\(small.0):\(small.1):force_original_aspect_ratio=increase:flags=bilinear:\(color),"
            + "crop=\(small.0):\(small.1),boxblur=\(radius):2,eq=brightness=-0.08,scale=\(width):\(height):flags=bilinear[back];"
            + "[whole]scale=\(width):\(height):force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic:\(color)"
            + "[front];[back][front]overlay=(W-w)/2:(H-h)/2:format=yuv420"
    }

    private func fit(_ color: String, over backdrop: Frame) -> String {
        "scale=\(width):\(height):force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic:\(color)"
            + ",setsar=1,format=yuv420p[front];" + FilterText.videoSource("still", backdrop, timeBase)
            + "[back];[back][front]overlay=(W-w)/2:(H-h)/2:format=yuv420:eof_action=repeat"
    }

    private func stack(_ top: PixelRect, _ bottom: PixelRect, _ color: String) -> String {
        let upper = height / 4 * 2
        return "split[a][b];"
            + fill(width, upper, "[a]crop=\(top.width):\(top.height):\(top.x):\(top.y),", color)
            + ",setsar=1[above];"
            + fill(
                width,
                height - upper,
                "[b]crop=\(bottom.width):\(bottom.height):\(bottom.x):\(bottom.y),",
                color
            )
            + ",setsar=1[below];[above][below]vstack"
    }
}
