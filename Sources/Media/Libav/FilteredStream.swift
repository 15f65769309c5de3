import CLibav

/// Reads one stream of a file through one filter graph.
final class FilteredStream {
    /// One frame out of the graph.
    struct Output {
        let sink: String
        let frame: Frame
        let timeMs: Int
    }

    let input: MediaInput
    let stream: StreamInfo
    private let decoder: Decoder
    private let reader: FrameReader
    private let sinks: [String]
    private let graphText: (Frame, AVRational) -> String
    private let fromTicks: Int64?
    private var line: TimestampLine
    private var graph: FilterGraph?
    private var shape: FrameShape?
    private var adapter: PictureAdapter?
    private let filtered: Frame

    /// `graphText` writes the graph for frames like the first, from `buffer@in` or `abuffer@in` to `sinks`.
    ///
    /// Frames
    /// that end before `fromMs` do not enter it.
    init(
        path: String,
        kind: StreamInfo.Kind,
        sinks: [String],
        limits: MediaLimits = MediaLimits(),
        shortcuts: Decoder.Shortcuts = Decoder.Shortcuts(),
        fromMs: Int? = nil,
        cancel: @escaping @Sendable () -> Bool,
        graphText: @escaping (Frame, AVRational) -> String
    ) throws(MediaError) {
        input = try MediaInput(path: path, limits: limits, cancel: cancel)
        stream = try Self.stream(kind, of: input)
        decoder = try Decoder(input, stream, shortcuts: shortcuts)
        reader = try FrameReader(input, decoders: [decoder])
        self.sinks = sinks
        self.graphText = graphText
        fromTicks = fromMs.map { [stream] in TimeMath.ticks(ms: $0, stream.timeBase) }
        line = TimestampLine(
            timeBase: stream.timeBase,
            originTicks: 0,
            gapMsMax: limits.gapMsMax,
            startsAnywhere: true
        )
        filtered = try Frame()
        if let fromTicks, fromTicks > 0 { _ = reader.seek(stream, toTicks: fromTicks) }
    }

    var decodeErrors: Int { decoder.errorCount + reader.damagedReads }
    var framesDecoded: Int { decoder.frameCount }
    /// Where the last decoded frame ends.
    var endMs: Int { TimeMath.ms(line.endTicks, stream.timeBase) }

    /// Hands out filtered frames until the end of the stream, a frame at or after `untilMs`, or until `each` says false.
    func run(
        untilMs: Int? = nil,
        steps: ProgressStep? = nil,
        each: (Output) throws(MediaError) -> Bool
    ) throws(MediaError) {
        let untilTicks = untilMs.map { TimeMath.ticks(ms: $0, stream.timeBase) }
        let frame = try Frame()
        while try reader.next(into: frame) != nil {
            let duration = frame.durationTicks
            let ticks = line.place(pts: frame.bestPts, duration: duration)
            if let untilTicks, ticks >= untilTicks { break }
            if let fromTicks, ticks + max(duration, 1) <= fromTicks { continue }
            steps?.reach(TimeMath.ms(ticks, stream.timeBase))
            let fitting = try fit(frame)
            fitting.pts = ticks
            try graph?.push(fitting, to: sourceName)
            if try !handOut(each) { return }
        }
        try graph?.push(nil, to: sourceName)
        _ = try handOut(each)
    }

    private var sourceName: String { stream.kind == .video ? "buffer@in" : "abuffer@in" }

    private func handOut(_ each: (Output) throws(MediaError) -> Bool) throws(MediaError) -> Bool {
        guard let graph else { return true }
        for sink in sinks {
            let timeBase = try graph.timeBase(of: sink)
            while try graph.pull(from: sink, into: filtered) {
                let timeMs = TimeMath.ms(filtered.pts ?? 0, timeBase)
                if try !each(Output(sink: sink, frame: filtered, timeMs: timeMs)) { return false }
            }
        }
        return true
    }

    private func fit(_ frame: Frame) throws(MediaError) -> Frame {
        guard let shape else {
            shape = FrameShape(frame)
            graph = try FilterGraph(graphText(frame, stream.timeBase), threads: 2)
            return frame
        }
        if shape == FrameShape(frame) { return frame }
        guard stream.kind == .video else {
            throw MediaError(.unsupported, "the sound changes its format at \(endMs) ms")
        }
        if let adapter { return try adapter.adapt(frame) }
        let fresh = try PictureAdapter(shape)
        adapter = fresh
        return try fresh.adapt(frame)
    }

    private static func stream(_ kind: StreamInfo.Kind, of input: MediaInput) throws(MediaError) -> StreamInfo
    {
        if kind == .video {
            guard let video = MediaProbe.videoStream(of: input) else {
                throw MediaError(.noVideo, "the file has no moving picture")
            }
            return video
        }
        guard let audio = MediaProbe.audioStream(of: input) else {
            throw MediaError(.noAudio, "the file has no sound")
        }
        return audio
    }
}
