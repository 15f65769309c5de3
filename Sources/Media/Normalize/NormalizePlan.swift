import CLibav

/// What is done with each stream of a source, and why.
struct NormalizePlan {
    /// The longest and the shortest side of the largest picture that is kept.
    static let longSideMax = 1_920
    static let shortSideMax = 1_088
    static let startSkewMsMax = 20
    static let trimmedSoundMsMax = 500

    let video: StreamInfo
    let audio: StreamInfo
    /// Why the pictures are encoded again; empty: they are copied.
    var videoReasons: [String]
    /// Why the sound is encoded again; empty: it is copied.
    var audioReasons: [String]

    init(input: MediaInput, video: StreamInfo, audio: StreamInfo) {
        self.video = video
        self.audio = audio
        let isMP4 = input.formatName.split(separator: ",").contains("mp4")
        videoReasons = isMP4 ? Self.reasons(video: video) : ["the container is not MP4 or MOV"]
        audioReasons = isMP4 ? Self.reasons(audio: audio) : ["the container is not MP4 or MOV"]
        let skewMs = (audio.startMs ?? 0) - (video.startMs ?? 0)
        if skewMs < -Self.trimmedSoundMsMax {
            videoReasons.append("the picture starts \(-skewMs) ms after the sound")
        }
        let audioStart = audio.startMs ?? 0
        let origin = videoReasons.isEmpty ? video.startMs ?? 0 : min(video.startMs ?? 0, audioStart)
        if abs(audioStart - origin) > Self.startSkewMsMax {
            audioReasons.append("sound and picture start \(abs(skewMs)) ms apart")
        }
    }

    var copiesVideo: Bool { videoReasons.isEmpty }
    var copiesAudio: Bool { audioReasons.isEmpty }

    var reasons: [String] { videoReasons + audioReasons.filter { !videoReasons.contains($0) } }

    /// Where the result's time zero lies, in ticks of `stream`.
    func originTicks(in stream: StreamInfo) -> Int64 {
        let videoStart = video.startTicks ?? 0
        let audioInVideo = av_rescale_q(audio.startTicks ?? 0, audio.timeBase, video.timeBase)
        let origin = copiesVideo ? videoStart : min(videoStart, audioInVideo)
        return av_rescale_q(origin, video.timeBase, stream.timeBase)
    }

    /// The size that is encoded: upright, square pixels, even, at most the 1080p class.
    var targetSize: (width: Int, height: Int) {
        var width = Double(video.width)
        var height = Double(video.height)
        let aspect = video.sampleAspect
        if aspect.num > 0 && aspect.den > 0 && aspect.num != aspect.den {
            // Only ever shrink one side, so that no pixel is invented.
            let ratio = min(max(Double(aspect.num) / Double(aspect.den), 0.1), 10)
            if ratio > 1 { height /= ratio } else { width *= ratio }
        }
        if video.rotationDegrees % 180 != 0 { swap(&width, &height) }
        let scale = min(
            1,
            Double(Self.longSideMax) / max(width, height),
            Double(Self.shortSideMax) / min(width, height)
        )
        return (Self.even(width * scale), Self.even(height * scale))
    }

    /// The source's rate if it is usual, else 30.
    var targetRate: FrameRate {
        guard let rate = video.averageRate, let tick = video.tickRate else { return FrameRate(30) }
        let isConstant = abs(rate.framesPerSecond - tick.framesPerSecond) <= 0.01 * tick.framesPerSecond
        guard isConstant, (22.9...60.1).contains(tick.framesPerSecond) else { return FrameRate(30) }
        return tick
    }

    private static func even(_ value: Double) -> Int { max(2, Int((value / 2).rounded()) * 2) }

    private static func reasons(video: StreamInfo) -> [String] {
        var reasons: [String] = []
        if video.codecName != "h264" { reasons.append("the video codec is \(video.codecName)") }
        if video.pixelFormatName != "yuv420p" {
            reasons.append("the pixel format is \(video.pixelFormatName)")
        }
        if video.fieldOrder != AV_FIELD_PROGRESSIVE && video.fieldOrder != AV_FIELD_UNKNOWN {
            reasons.append("the video is interlaced")
        }
        let aspect = video.sampleAspect
        if aspect.num > 0 && aspect.num != aspect.den { reasons.append("the pixels are not square") }
        if video.rotationDegrees != 0 {
            reasons.append("the picture is turned by \(video.rotationDegrees) degrees")
        }
        if video.width % 2 != 0 || video.height % 2 != 0 { reasons.append("the picture has an odd size") }
        if max(video.width, video.height) > longSideMax || min(video.width, video.height) > shortSideMax {
            reasons.append("the picture is larger than 1080p")
        }
        if video.colorTransfer == AVCOL_TRC_SMPTE2084 || video.colorTransfer == AVCOL_TRC_ARIB_STD_B67 {
            reasons.append("the video has a high dynamic range")
        }
        guard let rate = video.averageRate, let tick = video.tickRate else {
            return reasons + ["no frame rate is known"]
        }
        if abs(rate.framesPerSecond - tick.framesPerSecond) > 0.01 * tick.framesPerSecond {
            reasons.append("the frame rate is not constant")
        } else if !(9.9...60.1).contains(rate.framesPerSecond) {
            reasons.append("the frame rate is \(rate)")
        }
        return reasons
    }

    private static func reasons(audio: StreamInfo) -> [String] {
        var reasons: [String] = []
        if audio.codecName != "aac" { reasons.append("the audio codec is \(audio.codecName)") }
        if audio.channels > 2 { reasons.append("the sound has \(audio.channels) channels") }
        if ![44_100, 48_000].contains(audio.sampleRate) {
            reasons.append("the sound has \(audio.sampleRate) samples a second")
        }
        return reasons
    }
}
