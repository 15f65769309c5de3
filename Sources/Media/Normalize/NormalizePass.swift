import CLibav

/// One run over a source by a plan.
final class NormalizePass {
    /// What one run found out.
    struct Outcome {
        var unfit: CopyLane.Unfit?
        var videoMs = 0
        var audioMs = 0
        var videoFrames = 0
        var audioFrames = 0
        var damagedReads = 0
        var decodeErrors = 0
        var jumps = 0
    }

    private let plan: NormalizePlan
    private let input: MediaInput
    private let output: MediaOutput
    private let reader: FrameReader
    private var videoCopy: CopyLane?
    private var audioCopy: CopyLane?
    private var videoLane: EncodeLane?
    private var audioLane: EncodeLane?

    init(
        _ plan: NormalizePlan,
        _ input: MediaInput,
        to path: String,
        encoding: VideoEncoding
    ) throws(MediaError) {
        self.plan = plan
        self.input = input
        output = try MediaOutput(mp4: path, cancel: input.cancel)
        var decoders: [Decoder] = []
        if !plan.copiesVideo { decoders.append(try Decoder(input, plan.video)) }
        if !plan.copiesAudio { decoders.append(try Decoder(input, plan.audio)) }
        let copied = (plan.copiesVideo ? [plan.video] : []) + (plan.copiesAudio ? [plan.audio] : [])
        reader = try FrameReader(input, decoders: decoders, copied: copied)
        if plan.copiesVideo {
            videoCopy = try copyLane(plan.video)
        } else {
            videoLane = try encodeVideo(encoding)
        }
        if plan.copiesAudio { audioCopy = try copyLane(plan.audio) } else { audioLane = try encodeAudio() }
        try output.start()
    }

    func run(durationMs: Int, progress: @Sendable (Double) -> Void) throws(MediaError) -> Outcome {
        let frame = try Frame()
        var reportedPercent = -1
        while let item = try reader.next(into: frame) {
            switch item {
            case .frame(let stream):
                try (stream.kind == .video ? videoLane : audioLane)?.push(frame)
            case .packet(let stream):
                let lane = stream.kind == .video ? videoCopy : audioCopy
                if let unfit = try lane?.copy(reader.packet) { return Outcome(unfit: unfit) }
            }
            let position = max(videoLane?.positionMs ?? 0, videoCopy?.positionMs ?? 0)
            guard position <= input.limits.durationMsMax else {
                throw MediaError(.tooLong, "the media runs on after \(position / 60_000) minutes")
            }
            let percent = min(99, position * 100 / max(1, durationMs))
            if percent > reportedPercent {
                reportedPercent = percent
                progress(Double(percent) / 100)
            }
        }
        try videoLane?.finish()
        try audioLane?.finish()
        let outcome = self.outcome
        if outcome.videoFrames > 0 && outcome.audioFrames > 0 { try output.finish() }
        return outcome
    }

    private var outcome: Outcome {
        Outcome(
            videoMs: videoLane?.encodedMs ?? videoCopy?.positionMs ?? 0,
            audioMs: audioLane?.encodedMs ?? audioCopy?.positionMs ?? 0,
            videoFrames: videoLane?.framesEncoded ?? videoCopy?.packetCount ?? 0,
            audioFrames: audioLane?.framesEncoded ?? audioCopy?.packetCount ?? 0,
            damagedReads: reader.damagedReads + (videoCopy?.damagedCount ?? 0)
                + (audioCopy?.damagedCount ?? 0),
            decodeErrors: reader.decodeErrors,
            jumps: (videoLane?.jumps ?? 0) + (audioLane?.jumps ?? 0)
        )
    }

    private func copyLane(_ stream: StreamInfo) throws(MediaError) -> CopyLane {
        let index = try output.addCopy(of: stream, in: input)
        return CopyLane(stream, originTicks: plan.originTicks(in: stream), output: output, outputIndex: index)
    }

    private func line(_ stream: StreamInfo) -> TimestampLine {
        TimestampLine(
            timeBase: stream.timeBase,
            originTicks: plan.originTicks(in: stream),
            gapMsMax: input.limits.gapMsMax
        )
    }

    private func encodeVideo(_ encoding: VideoEncoding) throws(MediaError) -> EncodeLane {
        let size = plan.targetSize
        let rate = plan.targetRate
        let encoder = try Encoder(video: encoding, width: size.width, height: size.height, frameRate: rate)
        let index = try output.addStream(encoder, frameRate: rate)
        let turn = Self.turn(plan.video.rotationDegrees)
        let isInterlaced =
            plan.video.fieldOrder != AV_FIELD_PROGRESSIVE && plan.video.fieldOrder != AV_FIELD_UNKNOWN
        return try EncodeLane(
            isVideo: true,
            line: line(plan.video),
            encoder: encoder,
            output: output,
            outputIndex: index
        ) { frame, timeBase in
            var steps = [FilterText.videoSource("in", frame, timeBase)]
            if isInterlaced || frame.isInterlaced { steps.append("yadif=deint=interlaced") }
            if FilterText.isHighDynamicRange(frame) { steps.append(FilterText.toneMap) }
            steps += turn
            steps.append("scale=\(size.width):\(size.height):flags=bicubic:\(FilterText.toBT709(frame))")
            steps.append("setsar=1")
            steps.append("fps=\(rate):start_time=0")
            steps.append("format=yuv420p")
            steps.append("buffersink@out")
            return steps.joined(separator: ",")
        }
    }

    private func encodeAudio() throws(MediaError) -> EncodeLane {
        let encoder = try Encoder(aacBitRate: AudioFormat.sourceBitRate)
        let index = try output.addStream(encoder)
        return try EncodeLane(
            isVideo: false,
            line: line(plan.audio),
            encoder: encoder,
            output: output,
            outputIndex: index
        ) { frame, timeBase in
            [
                FilterText.audioSource("in", frame, timeBase),
                "aresample=\(AudioFormat.sampleRate):async=1:first_pts=0",
                AudioFormat.filters,
                "asetnsamples=\(AudioFormat.aacFrameSamples):p=0",
                "abuffersink@out",
            ].joined(separator: ",")
        }
    }

    private static func turn(_ degrees: Int) -> [String] {
        switch degrees {
        case 90: ["transpose=clock"]
        case 180: ["hflip", "vflip"]
        case 270: ["transpose=cclock"]
        default: []
        }
    }
}
