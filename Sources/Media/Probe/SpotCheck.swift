import CLibav

/// Decodes a little at several places, to find out whether copied streams can be decoded.
enum SpotCheck {
    /// Where it looks, as shares of the duration, and how much it reads at each place.
    struct Places: Equatable {
        private static let intervalMs = 10_000
        private static let countRange = 3...60
        private static let packetsEachMax = 120
        /// In all, so that a long source costs no more than one of some ten minutes.
        private static let packetsMax = 3_600
        /// Further back than the last packets, which a seek to the end would miss.
        private static let lastShare = 0.95

        let shares: [Double]
        let packetsEach: Int

        init(durationMs: Int) {
            let range = Self.countRange
            let count = min(max(durationMs / Self.intervalMs, range.lowerBound), range.upperBound)
            shares = (0..<count).map { Self.lastShare * Double($0) / Double(count - 1) }
            packetsEach = min(Self.packetsEachMax, Self.packetsMax / count)
        }
    }

    /// Whether everything looked at decodes without an error.
    static func decodes(
        _ path: String,
        _ streams: [StreamInfo],
        limits: MediaLimits,
        durationMs: Int,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Bool {
        let places = Places(durationMs: durationMs)
        for stream in streams {
            let input = try MediaInput(path: path, limits: limits, cancel: cancel)
            input.keepOnly([stream.index])
            let decoder = try Decoder(input, stream)
            for share in places.shares {
                let ticks = TimeMath.ticks(ms: Int(Double(durationMs) * share), stream.timeBase)
                if share > 0 {
                    guard input.seek(stream: stream.index, toTicks: ticks + (stream.startTicks ?? 0)) else {
                        continue
                    }
                    decoder.flush()
                }
                if try !decodes(input, decoder, packetCount: places.packetsEach) { return false }
            }
            if decoder.frameCount == 0 { return false }
        }
        return true
    }

    private static func decodes(
        _ input: MediaInput,
        _ decoder: Decoder,
        packetCount: Int
    ) throws(MediaError) -> Bool {
        let packet = try Packet()
        let frame = try Frame()
        for _ in 0..<packetCount {
            guard case .packet = try input.read(into: packet) else { break }
            // Packets that were read while the file was opened come from all streams.
            if packet.isCorrupt || packet.streamIndex != decoder.stream.index { continue }
            try decoder.send(packet)
            while case .frame = try decoder.receive(into: frame) {
                if frame.isDamaged { return false }
            }
            if decoder.errorCount > 0 { return false }
        }
        return true
    }
}
