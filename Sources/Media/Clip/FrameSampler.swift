import CLibav

/// Reads pictures of a video at a steady pace for detectors.
package enum FrameSampler {
    /// From this many source frames a sample on, frames that no other needs are not decoded.
    private static let skippedFramesMin = 4.0

    /// Hands pictures from `fromMs` to `toMs` to `each`, about `framesPerSecond` of them a second, until it says false.
    ///
    /// The time given is that of the picture itself.
    package static func sample(
        path: String,
        fromMs: Int,
        toMs: Int,
        framesPerSecond: Double,
        width: Int,
        cancel: @escaping @Sendable () -> Bool = { false },
        each: (_ timeMs: Int, _ picture: BGRFrame) -> Bool
    ) throws(MediaError) {
        guard framesPerSecond > 0, toMs > fromMs, width >= 16 else {
            throw MediaError(.invalidRequest, "sampling needs a pace, a range and a width")
        }
        let input = try MediaInput(path: path, cancel: cancel)
        guard let video = MediaProbe.videoStream(of: input) else {
            throw MediaError(.noVideo, "no moving picture")
        }
        let sourceRate = video.averageRate?.framesPerSecond ?? 30
        let canSkip = sourceRate / framesPerSecond >= skippedFramesMin
        let decoder = try Decoder(
            input,
            video,
            shortcuts: Decoder.Shortcuts(skipsLoopFilter: canSkip, skipsUnreferencedFrames: canSkip)
        )
        let reader = try FrameReader(input, decoders: [decoder])
        if fromMs > 0 { _ = reader.seek(video, toTicks: TimeMath.ticks(ms: fromMs, video.timeBase)) }
        let converter = try PictureConverter(width: width, timeBase: video.timeBase, "format=bgr24")
        let frame = try Frame()
        let stepMs = 1_000 / framesPerSecond
        var dueMs = Double(fromMs)
        while try reader.next(into: frame) != nil {
            guard let pts = frame.bestPts else { continue }
            let timeMs = TimeMath.ms(pts, video.timeBase)
            if timeMs >= toMs { break }
            // Half a millisecond of rounding must not move a sample by a whole frame.
            if Double(timeMs) + 0.5 < dueMs { continue }
            guard let picture = try converter.convert(frame) else { continue }
            if !each(timeMs, try bgr(picture)) { return }
            while dueMs <= Double(timeMs) + 0.5 { dueMs += stepMs }
        }
    }

    private static func bgr(_ frame: Frame) throws(MediaError) -> BGRFrame {
        let copied = unsafe frame.withPlane(0, lines: frame.height) { bytes, stride in
            unsafe BGRFrame(width: frame.width, height: frame.height, stride: stride, bytes: [UInt8](bytes))
        }
        guard let copied else { throw MediaError(.decodeFailed, "a picture has no pixels") }
        return copied
    }
}
