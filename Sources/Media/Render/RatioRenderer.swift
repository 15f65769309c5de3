import CLibav
import Glibc

/// Composes, encodes and writes one ratio of a short.
///
/// Made on the caller's thread and handed to one thread of its own before its first use.
final class RatioRenderer: @unchecked Sendable {
    /// Shot times and the lead are rounded to milliseconds, and no two pictures are as close as this.
    private static let roundingMs = 2.0

    private let ratio: ShortRenderSpec.Ratio
    private let timeline: RenderTimeline
    private let composer: LayoutComposer
    private let finishing: FinishingGraph?
    private let encoder: Encoder
    private let output: MediaOutput
    private let videoIndex: Int
    private let soundIndex: Int
    private let soundTimeBase: AVRational
    private let packet: Packet
    private var framesWritten = 0

    init(
        _ ratio: ShortRenderSpec.Ratio,
        timeline: RenderTimeline,
        source: StreamInfo,
        sound: Encoder,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) {
        try Self.check(ratio, source)
        self.ratio = ratio
        self.timeline = timeline
        composer = try LayoutComposer(
            width: ratio.width,
            height: ratio.height,
            timeBase: source.timeBase,
            backdrop: ratio.backdrop
        )
        finishing = try FinishingGraph(ratio, frameRate: timeline.frameRate)
        encoder = try Encoder(
            video: ratio.encoding,
            width: ratio.width,
            height: ratio.height,
            frameRate: timeline.frameRate
        )
        output = try MediaOutput(mp4: ratio.outputPath, cancel: cancel)
        videoIndex = try output.addStream(encoder, frameRate: timeline.frameRate)
        soundIndex = try output.addStream(sound)
        soundTimeBase = sound.timeBase
        packet = try Packet()
        try output.start()
    }

    /// Shows `frame`, the source picture at `clipMs`, as output picture `index`.
    func add(picture frame: Frame, clipMs: Double, index: Int) throws(MediaError) {
        let composed = try composer.compose(frame, layout(at: clipMs))
        composed.pts = Int64(index)
        composed.markSquarePixels()
        guard let finishing else { return try encode(composed) }
        var done = try finishing.finish(composed)
        while let picture = done {
            try encode(picture)
            done = try finishing.next()
        }
    }

    /// Writes an encoded packet of sound.
    func add(sound packet: Packet) throws(MediaError) {
        try output.write(packet, stream: soundIndex, timeBase: soundTimeBase)
    }

    func finish() throws(MediaError) -> RenderedFile {
        if let finishing {
            try finishing.end()
            while let picture = try finishing.next() { try encode(picture) }
        }
        try encoder.send(nil)
        try writePackets()
        guard framesWritten > 0 else { throw MediaError(.encodeFailed, "no picture was written") }
        try output.finish()
        return RenderedFile(
            path: ratio.outputPath,
            width: ratio.width,
            height: ratio.height,
            frames: framesWritten,
            durationMs: Int((Double(framesWritten) * timeline.frameMs).rounded()),
            frameRate: timeline.frameRate,
            fileBytes: try FileSniff.regularFileBytes(ratio.outputPath)
        )
    }

    /// Deletes what was written.
    func discard() { output.discard() }

    /// The layout of the shot that a picture belongs to.
    private func layout(at clipMs: Double) -> Shot.Layout {
        let shot = ratio.shots.last { Double($0.startMs) <= clipMs + Self.roundingMs } ?? ratio.shots.first
        return shot?.layout ?? .fit
    }

    private func encode(_ frame: Frame) throws(MediaError) {
        frame.forgetPictureType()
        framesWritten += 1
        try encoder.send(frame)
        try writePackets()
    }

    private func writePackets() throws(MediaError) {
        while try encoder.receive(into: packet) {
            try output.write(packet, stream: videoIndex, timeBase: encoder.timeBase)
        }
    }

    private static func check(_ ratio: ShortRenderSpec.Ratio, _ source: StreamInfo) throws(MediaError) {
        guard ratio.width >= 64, ratio.height >= 64, max(ratio.width, ratio.height) <= 4_096,
            ratio.width % 2 == 0, ratio.height % 2 == 0
        else {
            throw MediaError(.invalidRequest, "\(ratio.width)x\(ratio.height) is not a usable output size")
        }
        var rects: [PixelRect] = []
        for shot in ratio.shots {
            switch shot.layout {
            case .fit: break
            case .crop(let rect): rects.append(rect)
            case .stacked(let top, let bottom): rects += [top, bottom]
            }
        }
        for rect in rects where !rect.fits(width: source.width, height: source.height) {
            throw MediaError(
                .invalidRequest,
                "a crop of \(rect.width)x\(rect.height) at \(rect.x),\(rect.y) leaves the picture of "
                    + "\(source.width)x\(source.height)"
            )
        }
    }
}
