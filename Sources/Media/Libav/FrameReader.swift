/// Reads a file from where it stands and hands out decoded frames and copied packets in file order.
final class FrameReader {
    enum Item {
        case frame(StreamInfo)
        /// `packet` holds a packet of a stream that is copied.
        case packet(StreamInfo)
    }

    private enum Phase {
        case reading
        case draining(Int)
        case flushing(Int)
        case done
    }

    /// How many damaged places in a row end the reading.
    private static let damagedReadsMax = 50

    let input: MediaInput
    let packet: Packet
    private let decoders: [Decoder]
    private let copied: [Int: StreamInfo]
    private var phase = Phase.reading
    private var packetsSinceItem = 0
    private var failuresInDrain = 0
    /// Places where the container broke off or was damaged.
    private(set) var damagedReads = 0

    init(_ input: MediaInput, decoders: [Decoder], copied: [StreamInfo] = []) throws(MediaError) {
        self.input = input
        self.decoders = decoders
        self.copied = Dictionary(copied.map { ($0.index, $0) }) { first, _ in first }
        packet = try Packet()
        input.keepOnly(decoders.map(\.stream.index) + copied.map(\.index))
    }

    var decodeErrors: Int { decoders.reduce(0) { $0 + $1.errorCount } }

    /// Goes back to the last key frame at or before `ticks` of a stream.
    func seek(_ stream: StreamInfo, toTicks ticks: Int64) -> Bool {
        guard input.seek(stream: stream.index, toTicks: ticks) else { return false }
        for decoder in decoders { decoder.flush() }
        phase = .reading
        return true
    }

    /// The next frame (in `frame`) or copied packet (in `packet`); nil at the end.
    func next(into frame: Frame) throws(MediaError) -> Item? {
        while true {
            switch phase {
            case .done: return nil
            case .reading:
                if let item = try readPacket() { return item }
            case .draining(let which):
                if try drain(which, into: frame, then: .reading) { return .frame(decoders[which].stream) }
            case .flushing(let which):
                let following = which + 1 < decoders.count ? which + 1 : nil
                if try drain(which, into: frame, then: .done) { return .frame(decoders[which].stream) }
                if case .done = phase, let following {
                    try decoders[following].send(nil)
                    phase = .flushing(following)
                }
            }
        }
    }

    private func readPacket() throws(MediaError) -> Item? {
        switch try input.read(into: packet) {
        case .end:
            try startFlush()
        case .damaged:
            damagedReads += 1
            if damagedReads >= Self.damagedReadsMax { try startFlush() }
        case .packet:
            packetsSinceItem += 1
            if packetsSinceItem > input.limits.packetsWithoutFrameMax {
                throw MediaError(
                    .decodeFailed,
                    "\(packetsSinceItem) packets were read and none of them gave a picture or sound"
                )
            }
            if let stream = copied[packet.streamIndex] {
                packetsSinceItem = 0
                return .packet(stream)
            }
            guard let which = decoders.firstIndex(where: { $0.stream.index == packet.streamIndex }) else {
                return nil
            }
            try decoders[which].send(packet)
            try checkErrors()
            phase = .draining(which)
        }
        return nil
    }

    private func startFlush() throws(MediaError) {
        guard let first = decoders.first else {
            phase = .done
            return
        }
        try first.send(nil)
        phase = .flushing(0)
    }

    private func drain(_ which: Int, into frame: Frame, then following: Phase) throws(MediaError) -> Bool {
        switch try decoders[which].receive(into: frame) {
        case .frame:
            packetsSinceItem = 0
            failuresInDrain = 0
            return true
        case .failed where failuresInDrain < Self.damagedReadsMax:
            failuresInDrain += 1
            try checkErrors()
        case .failed, .needsPacket, .end:
            failuresInDrain = 0
            phase = following
        }
        return false
    }

    private func checkErrors() throws(MediaError) {
        if decodeErrors > input.limits.decodeErrorsMax {
            throw MediaError(
                .decodeFailed,
                "\(decodeErrors) packets did not decode: the file is damaged throughout"
            )
        }
    }
}
