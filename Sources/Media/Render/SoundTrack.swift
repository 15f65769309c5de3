import CLibav

/// The sound of a short, encoded once for all ratios.
final class SoundTrack {
    let encoder: Encoder
    private let chain: SoundChain
    private let packet: Packet

    init(
        spec: ShortRenderSpec,
        timeline: RenderTimeline,
        stream: StreamInfo,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) {
        encoder = try Encoder(aacBitRate: AudioFormat.shortBitRate)
        chain = try SoundChain(spec: spec, timeline: timeline, stream: stream, cancel: cancel)
        packet = try Packet()
    }

    var isDone: Bool { chain.isDone }

    /// Takes decoded sound; hands out encoded packets.
    func push(_ frame: Frame, each: (Packet) throws(MediaError) -> Void) throws(MediaError) {
        try chain.push(frame) { (finished) throws(MediaError) in try encode(finished, each) }
    }

    /// Pushes out all that is left.
    func finish(each: (Packet) throws(MediaError) -> Void) throws(MediaError) {
        try chain.finish { (finished) throws(MediaError) in try encode(finished, each) }
        try encode(nil, each)
    }

    private func encode(
        _ frame: Frame?,
        _ each: (Packet) throws(MediaError) -> Void
    ) throws(MediaError) {
        try encoder.send(frame)
        while try encoder.receive(into: packet) { try each(packet) }
    }
}
