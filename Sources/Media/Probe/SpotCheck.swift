import CLibav

/// Decodes a little at several places, to find out whether copied streams can be decoded.
enum SpotCheck {
    private static let places = [0.0, 0.5, 0.9]
    private static let packetsPerPlace = 120

    /// Whether everything looked at decodes without an error.
    static func decodes(
        _ path: String,
        _ streams: [StreamInfo],
        limits: MediaLimits,
        durationMs: Int,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Bool {
        for stream in streams {
            let input = try MediaInput(path: path, limits: limits, cancel: cancel)
            input.keepOnly([stream.index])
            let decoder = try Decoder(input, stream)
            for place in places {
                let ticks = TimeMath.ticks(ms: Int(Double(durationMs) * place), stream.timeBase)
                if place > 0 {
                    guard input.seek(stream: stream.index, toTicks: ticks + (stream.startTicks ?? 0)) else {
                        continue
                    }
                    decoder.flush()
                }
                if try !decodes(input, decoder) { return false }
            }
            if decoder.frameCount == 0 { return false }
        }
        return true
    }

    private static func decodes(_ input: MediaInput, _ decoder: Decoder) throws(MediaError) -> Bool {
        let packet = try Packet()
        let frame = try Frame()
        for _ in 0..<packetsPerPlace {
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
