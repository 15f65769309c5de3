import CLibav

/// The decoding side of a render: it picks the picture for each output frame and feeds all ratios.
final class RenderPass {
    private enum Lane {
        case running(RatioThread)
        case failed(MediaError)
    }

    private let spec: ShortRenderSpec
    private let timeline: RenderTimeline
    private let video: StreamInfo
    private let reader: FrameReader
    private let sound: SoundTrack
    private var lanes: [Lane] = []
    private var line: TimestampLine
    private var nextIndex = 0
    private var current: (frame: Frame, clipMs: Double)?

    init(_ spec: ShortRenderSpec, cancel: @escaping @Sendable () -> Bool) throws(MediaError) {
        self.spec = spec
        let input = try MediaInput(path: spec.clipPath, cancel: cancel)
        guard let video = MediaProbe.videoStream(of: input) else {
            throw MediaError(.noVideo, "the clip has no picture")
        }
        guard let audio = MediaProbe.audioStream(of: input) else {
            throw MediaError(.noAudio, "the clip has no sound")
        }
        self.video = video
        timeline = try RenderTimeline(spec: spec, frameRate: spec.frameRate ?? Self.usualRate(video))
        line = TimestampLine(
            timeBase: video.timeBase,
            originTicks: 0,
            gapMsMax: input.limits.gapMsMax,
            startsAnywhere: true
        )
        reader = try FrameReader(input, decoders: [try Decoder(input, video), try Decoder(input, audio)])
        var levelled = spec
        if let targetLufs = spec.sound.targetLufs {
            levelled.sound.gainDb = try SoundTrial.gainDb(
                spec,
                timeline: timeline,
                targetLufs: targetLufs,
                cancel: cancel
            )
        }
        sound = try SoundTrack(spec: levelled, timeline: timeline, stream: audio, cancel: cancel)
        for ratio in spec.ratios {
            do throws(MediaError) {
                let renderer = try RatioRenderer(
                    ratio,
                    timeline: timeline,
                    source: video,
                    sound: sound.encoder,
                    cancel: cancel
                )
                lanes.append(.running(RatioThread(renderer)))
            } catch {
                lanes.append(.failed(error))
            }
        }
    }

    func run(_ progress: @escaping @Sendable (Double) -> Void) throws(MediaError) {
        let steps = ProgressStep(totalMs: timeline.frameCount, progress)
        let frame = try Frame()
        while nextIndex < timeline.frameCount || !sound.isDone, hasRunningLane {
            guard case .frame(let stream) = try reader.next(into: frame) else { break }
            if stream.kind == .video {
                try place(frame)
                steps.reach(nextIndex)
            } else {
                try sound.push(frame) { (packet) throws(MediaError) in try hand(packet) }
            }
        }
        guard hasRunningLane else { return }
        try finishPictures()
        try sound.finish { (packet) throws(MediaError) in try hand(packet) }
        each { $0.push(.end) }
    }

    func abort() {
        each { lane in
            lane.abort()
            return true
        }
        _ = results()
    }

    /// Waits for all ratios.
    func results() -> [Result<RenderedFile, MediaError>] {
        lanes.map { lane in
            switch lane {
            case .running(let thread): thread.wait()
            case .failed(let error): .failure(error)
            }
        }
    }

    private var hasRunningLane: Bool {
        lanes.contains { lane in
            if case .running(let thread) = lane { return !thread.hasEnded }
            return false
        }
    }

    /// Emits the output frames that lie before this picture, then keeps it as the one being shown.
    private func place(_ frame: Frame) throws(MediaError) {
        let ticks = line.place(pts: frame.bestPts, duration: frame.durationTicks)
        let clipMs = TimeMath.seconds(ticks, video.timeBase) * 1_000 - Double(spec.leadMs)
        let kept = try Frame(sharing: frame)
        // Shown is the last picture that starts before the middle of the output frame.
        let halfFrame = timeline.frameMs / 2
        while nextIndex < timeline.frameCount, timeline.clipMs(frame: nextIndex) + halfFrame <= clipMs {
            let shown = current ?? (kept, clipMs)
            try emit(shown.frame, shown.clipMs)
        }
        current = (kept, clipMs)
    }

    /// Shows the last picture to the end, for the few frames that a clip may be short of.
    private func finishPictures() throws(MediaError) {
        guard let current else {
            throw MediaError(.decodeFailed, "the clip has no picture that can be decoded")
        }
        let missing = timeline.clipMs(frame: timeline.frameCount - 1) - current.clipMs
        guard missing <= Self.heldMsMax else {
            throw MediaError(.truncated, "the clip ends \(Int(missing)) ms before the short does")
        }
        while nextIndex < timeline.frameCount { try emit(current.frame, current.clipMs) }
    }

    /// A clip may end so much early, as sound and picture rarely end together.
    private static let heldMsMax = 500.0

    private func emit(_ frame: Frame, _ clipMs: Double) throws(MediaError) {
        let index = nextIndex
        nextIndex += 1
        for case .running(let thread) in lanes {
            _ = thread.push(.picture(try Frame(sharing: frame), clipMs: clipMs, index: index))
        }
    }

    private func hand(_ packet: Packet) throws(MediaError) {
        for case .running(let thread) in lanes { _ = thread.push(.sound(try Packet(sharing: packet))) }
    }

    private func each(_ body: (RatioThread) -> Bool) {
        for case .running(let thread) in lanes { _ = body(thread) }
    }

    private static func usualRate(_ video: StreamInfo) -> FrameRate {
        guard let rate = video.averageRate, (22.9...60.1).contains(rate.framesPerSecond) else {
            return FrameRate(30)
        }
        return rate
    }
}
