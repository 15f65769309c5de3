import CLibav

/// Lays overlays and captions over composed pictures.
final class FinishingGraph {
    private let graph: FilterGraph
    private let finished: Frame
    private let fonts: FontFolder?

    /// nil if there is nothing to lay over.
    init?(_ ratio: ShortRenderSpec.Ratio, frameRate: FrameRate) throws(MediaError) {
        if ratio.captions == nil && ratio.overlays.isEmpty { return nil }
        var images: [Frame] = []
        for overlay in ratio.overlays { images.append(try StillImage.read(png: overlay.imagePath)) }
        fonts = try ratio.captions.map { (captions) throws(MediaError) in try FontFolder(captions.fontFolders)
        }
        if let captions = ratio.captions { _ = try FileSniff.regularFileBytes(captions.assPath) }
        let base = frameRate.timeBase
        var chains = [
            "buffer@main=video_size=\(ratio.width)x\(ratio.height):pix_fmt=yuv420p"
                + ":time_base=\(base.num)/\(base.den):pixel_aspect=1/1[v0]"
        ]
        for (index, overlay) in ratio.overlays.enumerated() {
            chains += Self.chains(overlay, images[index], index, base)
        }
        var last = "[v\(ratio.overlays.count)]"
        if let captions = ratio.captions { last += Self.captions(captions, fonts) + "," }
        chains.append(last + "format=yuv420p,buffersink@out")
        graph = try FilterGraph(chains.joined(separator: ";"))
        finished = try Frame()
        for (index, image) in images.enumerated() {
            try graph.push(image, to: "buffer@image\(index)")
            try graph.push(nil, to: "buffer@image\(index)")
        }
    }

    /// The finished picture, which lives until the next call; nil if it comes later.
    func finish(_ frame: Frame) throws(MediaError) -> Frame? {
        try graph.push(frame, to: "buffer@main")
        return try next()
    }

    func end() throws(MediaError) { try graph.push(nil, to: "buffer@main") }

    func next() throws(MediaError) -> Frame? {
        try graph.pull(from: "buffersink@out", into: finished) ? finished : nil
    }

    private static func chains(
        _ overlay: ImageOverlay,
        _ image: Frame,
        _ index: Int,
        _ timeBase: AVRational
    ) -> [String] {
        let opacity = min(1, max(0, overlay.opacity))
        let from = Double(overlay.fromMs) / 1_000
        let enable = overlay.toMs.map { "between(t,\(from),\(Double($0) / 1_000))" } ?? "gte(t,\(from))"
        return [
            FilterText.videoSource("image\(index)", image, timeBase)
                + ",setsar=1,scale=\(max(2, overlay.width)):-1:flags=bicubic:out_color_matrix=bt709:out_range=tv"
                + ",format=yuva420p,colorchannelmixer=aa=\(opacity)[o\(index)]",
            "[v\(index)][o\(index)]overlay=\(overlay.x):\(overlay.y):format=yuv420:eof_action=repeat"
                + ":enable='\(enable)'[v\(index + 1)]",
        ]
    }

    static func captions(_ captions: ShortRenderSpec.Captions, _ fonts: FontFolder?) -> String {
        var text = "ass=filename=\(FilterText.escape(captions.assPath))"
        if let path = fonts?.path { text += ":fontsdir=\(FilterText.escape(path))" }
        return text
    }
}
