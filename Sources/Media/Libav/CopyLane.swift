import CLibav

/// One stream whose packets are copied, while its timestamps are watched.
final class CopyLane {
    /// Why a stream that looked fit to be copied is not.
    struct Unfit: Error {
        let reason: String
    }

    /// Key frames further apart than this make exact cuts slow.
    private static let keyframeGapMsMax = 20_000

    private let stream: StreamInfo
    private let originTicks: Int64
    private let output: MediaOutput
    private let outputIndex: Int
    /// Ticks a frame for video; nil for sound, whose steps are not looked at.
    private let frameTicks: Double?
    private var lastDts: Int64?
    private var lastKeyDts: Int64?
    private(set) var packetCount = 0
    private(set) var damagedCount = 0
    private(set) var endTicks: Int64 = 0

    init(_ stream: StreamInfo, originTicks: Int64, output: MediaOutput, outputIndex: Int) {
        self.stream = stream
        self.originTicks = originTicks
        self.output = output
        self.outputIndex = outputIndex
        let rate = stream.kind == .video ? stream.averageRate : nil
        frameTicks = rate.map {
            Double(stream.timeBase.den) / Double(stream.timeBase.num) / $0.framesPerSecond
        }
    }

    var positionMs: Int { TimeMath.ms(endTicks, stream.timeBase) }

    /// Copies `packet`; the returned value says why the stream cannot be copied after all.
    func copy(_ packet: Packet) throws(MediaError) -> Unfit? {
        if packet.isCorrupt || packet.byteCount == 0 {
            damagedCount += 1
            return nil
        }
        guard let dts = packet.dts, let pts = packet.pts else {
            return Unfit(reason: "packets have no timestamps")
        }
        if let reason = irregularity(packet, dts) { return Unfit(reason: reason) }
        lastDts = dts
        packetCount += 1
        endTicks = max(endTicks, pts + packet.duration - originTicks)
        packet.shiftBack(originTicks)
        do throws(MediaError) {
            try output.write(packet, stream: outputIndex, timeBase: stream.timeBase)
        } catch {
            guard error.code == .encodeFailed else { throw error }
            return Unfit(reason: "its packets do not fit into an MP4 file as they are")
        }
        return nil
    }

    private func irregularity(_ packet: Packet, _ dts: Int64) -> String? {
        if let lastDts, dts <= lastDts { return "timestamps run backwards" }
        guard let frameTicks else { return nil }
        if packet.isHidden { return "an edit list hides pictures" }
        if lastDts == nil && !packet.isKey { return "the first picture is not a key frame" }
        let tolerance = max(1, frameTicks * 0.03)
        if let lastDts, abs(Double(dts - lastDts) - frameTicks) > tolerance {
            return "the frame rate is not constant"
        }
        if packet.isKey {
            if let lastKeyDts, TimeMath.ms(dts - lastKeyDts, stream.timeBase) > Self.keyframeGapMsMax {
                return "key frames are more than \(Self.keyframeGapMsMax / 1_000) s apart"
            }
            lastKeyDts = dts
        }
        return nil
    }
}
