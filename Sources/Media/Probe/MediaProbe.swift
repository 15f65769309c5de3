import CLibav

/// Reads what a file is, without decoding it.
package enum MediaProbe {
    /// How far the container's total and its streams may differ before the container is not believed.
    private static let durationDoubtMs = 2_000
    /// Less than this many bits a second over the whole file is no media but a lying header.
    private static let bitsPerSecondMin = 200

    /// Describes the media file at the absolute path `path`.
    package static func probe(
        path: String,
        limits: MediaLimits = MediaLimits(),
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) -> ProbedMedia {
        let input = try MediaInput(path: path, limits: limits, cancel: cancel)
        return try describe(input)
    }

    /// The first moving picture of the file.
    static func videoStream(of input: MediaInput) -> StreamInfo? {
        input.streams.first { $0.kind == .video && !$0.isAttachedPicture && $0.width > 0 && $0.height > 0 }
    }

    /// The sound that a player would choose: the default stream, then the one with most channels, then the first.
    static func audioStream(of input: MediaInput) -> StreamInfo? {
        let candidates = input.streams.filter { $0.kind == .audio && $0.sampleRate > 0 && $0.channels > 0 }
        return candidates.first(where: \.isDefault)
            ?? candidates.max { ($0.channels, -$0.index) < ($1.channels, -$1.index) }
    }

    static func describe(_ input: MediaInput) throws(MediaError) -> ProbedMedia {
        let video = videoStream(of: input)
        let audio = audioStream(of: input)
        if video == nil && audio == nil {
            throw MediaError(.notMedia, "the file has neither a video nor an audio stream")
        }
        if let video { try checkSize(video, input.limits) }
        var warnings: [String] = []
        let durationMs = try duration(input, video, audio, &warnings)
        guard durationMs <= input.limits.durationMsMax else {
            throw MediaError(
                .tooLong,
                "\(durationMs / 60_000) minutes long, at most \(input.limits.durationMsMax / 60_000) are accepted"
            )
        }
        return ProbedMedia(
            container: containerName(input.formatName),
            durationMs: durationMs,
            fileBytes: input.fileBytes,
            video: video.map(describe(video:)),
            audio: audio.map {
                ProbedMedia.Audio(
                    codec: $0.codecName,
                    sampleRate: $0.sampleRate,
                    channels: $0.channels,
                    startMs: $0.startMs ?? 0
                )
            },
            warnings: warnings
        )
    }

    private static func describe(video: StreamInfo) -> ProbedMedia.Video {
        let rate = video.averageRate ?? video.tickRate
        var isVariable = false
        if let average = video.averageRate, let tick = video.tickRate {
            isVariable = abs(average.framesPerSecond - tick.framesPerSecond) > 0.01 * tick.framesPerSecond
        }
        let aspect = video.sampleAspect
        let isKnown = aspect.num > 0 && aspect.den > 0
        return ProbedMedia.Video(
            codec: video.codecName,
            width: video.width,
            height: video.height,
            rotationDegrees: video.rotationDegrees,
            sampleAspectNumerator: isKnown ? Int(aspect.num) : 1,
            sampleAspectDenominator: isKnown ? Int(aspect.den) : 1,
            frameRate: rate,
            isVariableRate: isVariable,
            pixelFormat: video.pixelFormatName,
            startMs: video.startMs ?? 0
        )
    }

    private static func checkSize(_ video: StreamInfo, _ limits: MediaLimits) throws(MediaError) {
        guard max(video.width, video.height) <= limits.sidePixelsMax,
            video.width * video.height <= limits.picturePixelsMax
        else {
            throw MediaError(
                .limitExceeded,
                """
                the picture is \(video.width)x\(video.height), at most \(limits.sidePixelsMax) a side and \
                \(limits.picturePixelsMax) pixels in all are accepted
                """
            )
        }
    }

    /// The name a person knows, out of libav's list of aliases.
    static func containerName(_ aliases: String) -> String {
        let names = aliases.split(separator: ",").map(String.init)
        return names.contains("mp4") ? "mp4" : names.first ?? aliases
    }

    /// The duration, measured where the header's claim is missing or not plausible.
    private static func duration(
        _ input: MediaInput,
        _ video: StreamInfo?,
        _ audio: StreamInfo?,
        _ warnings: inout [String]
    ) throws(MediaError) -> Int {
        let claimed = input.claimedDurationMs
        let ofStreams = [video?.durationMs, audio?.durationMs].compactMap { $0 }.max()
        if let ofStreams, isPlausible(ofStreams, input) {
            if let claimed, abs(claimed - ofStreams) > max(durationDoubtMs, ofStreams / 10) {
                warnings.append("the container claims \(claimed) ms but its streams last \(ofStreams) ms")
            }
            return ofStreams
        }
        if ofStreams == nil, let claimed, isPlausible(claimed, input) { return claimed }
        let measured = try measure(input, video, audio)
        if claimed != nil {
            warnings.append("the container's duration is not plausible and was measured instead")
        }
        return measured
    }

    private static func isPlausible(_ durationMs: Int, _ input: MediaInput) -> Bool {
        durationMs > 0 && durationMs <= input.limits.durationMsMax
            && input.fileBytes * 8_000 / durationMs >= bitsPerSecondMin
    }

    /// Reads every packet of one stream to find where it ends.
    private static func measure(
        _ input: MediaInput,
        _ video: StreamInfo?,
        _ audio: StreamInfo?
    ) throws(MediaError) -> Int {
        guard let stream = audio ?? video else { return 0 }
        input.keepOnly([stream.index])
        let packet = try Packet()
        var first: Int64?
        var last: Int64 = 0
        var damaged = 0
        reading: while damaged < 50 {
            switch try input.read(into: packet) {
            case .end: break reading
            case .damaged: damaged += 1
            case .packet:
                guard packet.streamIndex == stream.index, let time = packet.pts ?? packet.dts else {
                    continue
                }
                first = min(first ?? time, time)
                last = max(last, time + packet.duration)
            }
        }
        return first.map { TimeMath.ms(last - $0, stream.timeBase) } ?? 0
    }
}
