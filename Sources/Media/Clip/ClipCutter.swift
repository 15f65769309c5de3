import CLibav

/// Copies a piece of a normalised source without decoding it.
package enum ClipCutter {
    /// How much earlier the next try seeks when a key frame lies after the start.
    private static let retryStepMs = 1_000
    private static let triesMax = 6
    /// Packets are stored a little out of order; reading goes on so far past the end.
    private static let lateMsMax = 2_000

    /// Copies pictures and sound of `source` from the key frame at or before `startMs` up to `endMs`.
    package static func cut(
        source: String,
        startMs: Int,
        endMs: Int,
        to mp4Path: String,
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) -> ClipCut {
        guard startMs >= 0, endMs > startMs else {
            throw MediaError(.invalidRequest, "a clip from \(startMs) to \(endMs) ms is empty")
        }
        let input = try MediaInput(path: source, cancel: cancel)
        guard let video = MediaProbe.videoStream(of: input) else {
            throw MediaError(.noVideo, "no moving picture")
        }
        let audio = MediaProbe.audioStream(of: input)
        input.keepOnly([video.index] + (audio.map { [$0.index] } ?? []))
        let packet = try Packet()
        let originTicks = try seek(input, video, startMs, packet)
        let copied = try copy(
            input,
            video,
            audio,
            originTicks: originTicks,
            endMs: endMs,
            packet,
            to: mp4Path
        )
        let originMs = TimeMath.ms(originTicks, video.timeBase)
        let probe = try MediaProbe.probe(path: mp4Path, cancel: cancel)
        guard let made = probe.video, abs(made.startMs) <= 1 else {
            FileBytes.remove(mp4Path)
            throw MediaError(.encodeFailed, "the clip does not start at its first picture")
        }
        let leadMs = startMs - originMs
        guard copied > leadMs else {
            FileBytes.remove(mp4Path)
            throw MediaError(.invalidRequest, "the source ends before \(startMs) ms")
        }
        return ClipCut(leadMs: leadMs, durationMs: min(endMs - startMs, copied - leadMs), probe: probe)
    }

    /// Leaves the first picture's packet in `packet` and returns its time.
    private static func seek(
        _ input: MediaInput,
        _ video: StreamInfo,
        _ startMs: Int,
        _ packet: Packet
    ) throws(MediaError) -> Int64 {
        let wanted = TimeMath.ticks(ms: startMs, video.timeBase)
        for attempt in 0..<triesMax {
            let target = TimeMath.ticks(ms: startMs - attempt * retryStepMs, video.timeBase)
            guard input.seek(stream: video.index, toTicks: max(target, video.startTicks ?? 0)) else {
                continue
            }
            search: while true {
                guard case .packet = try input.read(into: packet) else { break search }
                if packet.streamIndex != video.index || !packet.isKey { continue }
                guard let pts = packet.pts else { break search }
                // Half a millisecond of rounding must not cost a whole group of pictures.
                if TimeMath.ms(pts, video.timeBase) <= startMs || pts <= wanted { return pts }
                break search
            }
        }
        // Before the first key frame there is nothing to show: start with it.
        _ = input.seek(stream: video.index, toTicks: 0)
        while case .packet = try input.read(into: packet) {
            if packet.streamIndex == video.index, packet.isKey, let pts = packet.pts {
                return min(pts, wanted)
            }
        }
        throw MediaError(.decodeFailed, "the source has no key frame at or before \(startMs) ms")
    }

    /// Copies from the packet in hand on; returns how far the pictures reach, in milliseconds of the new file.
    private static func copy(
        _ input: MediaInput,
        _ video: StreamInfo,
        _ audio: StreamInfo?,
        originTicks: Int64,
        endMs: Int,
        _ packet: Packet,
        to path: String
    ) throws(MediaError) -> Int {
        // The seek left the demuxer after the first picture: go back so that sound beside it is not lost.
        _ = input.seek(stream: video.index, toTicks: packet.dts ?? originTicks)
        let output = try MediaOutput(mp4: path, cancel: input.cancel)
        let videoIndex = try output.addCopy(of: video, in: input)
        let audioIndex = try audio.map { (stream) throws(MediaError) in
            try output.addCopy(of: stream, in: input)
        }
        try output.start()
        var hasFirst = false
        var reached: Int64 = 0
        reading: while true {
            guard case .packet = try input.read(into: packet) else { break }
            guard let pts = packet.pts, let dts = packet.dts else { continue }
            let stream = packet.streamIndex == video.index ? video : audio
            guard let stream, packet.streamIndex == stream.index else { continue }
            if TimeMath.ms(dts, stream.timeBase) >= endMs {
                if TimeMath.ms(dts, stream.timeBase) > endMs + lateMsMax { break reading }
                continue
            }
            if stream.kind == .video {
                hasFirst = hasFirst || (packet.isKey && pts >= originTicks)
                guard hasFirst else { continue }
                reached = max(reached, pts + packet.duration - originTicks)
                packet.shiftBack(originTicks)
                try output.write(packet, stream: videoIndex, timeBase: video.timeBase)
            } else if let audioIndex {
                let origin = av_rescale_q(originTicks, video.timeBase, stream.timeBase)
                guard pts + packet.duration > origin else { continue }
                packet.shiftBack(origin)
                try output.write(packet, stream: audioIndex, timeBase: stream.timeBase)
            }
        }
        guard hasFirst else { throw MediaError(.decodeFailed, "no picture lies in the clip") }
        try output.finish()
        return TimeMath.ms(reached, video.timeBase)
    }
}
