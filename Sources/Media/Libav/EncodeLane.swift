import CLibav

/// One stream on its way from decoded frames through a filter graph and an encoder into the output file.
final class EncodeLane {
    private let encoder: Encoder
    private let output: MediaOutput
    private let outputIndex: Int
    private let isVideo: Bool
    private let graphText: (Frame, AVRational) -> String
    private var line: TimestampLine
    private var graph: FilterGraph?
    private var shape: FrameShape?
    private var adapter: PictureAdapter?
    private let filtered: Frame
    private let packet: Packet
    private(set) var framesEncoded = 0
    private(set) var samplesEncoded = 0

    /// `graphText` writes the graph for frames like the first one, from `in` to `out`.
    init(
        isVideo: Bool,
        line: TimestampLine,
        encoder: Encoder,
        output: MediaOutput,
        outputIndex: Int,
        graphText: @escaping (Frame, AVRational) -> String
    ) throws(MediaError) {
        self.isVideo = isVideo
        self.line = line
        self.encoder = encoder
        self.output = output
        self.outputIndex = outputIndex
        self.graphText = graphText
        filtered = try Frame()
        packet = try Packet()
    }

    var jumps: Int { line.jumps }
    /// How far the stream has come, in milliseconds from the origin.
    var positionMs: Int { TimeMath.ms(line.endTicks, line.timeBase) }
    /// How much was encoded.
    var encodedMs: Int {
        let base = encoder.timeBase
        return isVideo ? TimeMath.ms(Int64(framesEncoded), base) : TimeMath.ms(Int64(samplesEncoded), base)
    }

    func push(_ frame: Frame) throws(MediaError) {
        let duration = frame.durationTicks
        let ticks = line.place(pts: frame.bestPts, duration: duration)
        let fitting = try fit(frame)
        fitting.pts = ticks
        try graph?.push(fitting, to: sourceName)
        try encodeFiltered()
    }

    /// Pushes out what filters and encoder still hold.
    func finish() throws(MediaError) {
        guard let graph else { return }
        try graph.push(nil, to: sourceName)
        try encodeFiltered()
        try encoder.send(nil)
        try writePackets()
    }

    private var sourceName: String { isVideo ? "buffer@in" : "abuffer@in" }
    private var sinkName: String { isVideo ? "buffersink@out" : "abuffersink@out" }

    private func fit(_ frame: Frame) throws(MediaError) -> Frame {
        guard let shape else {
            shape = FrameShape(frame)
            graph = try FilterGraph(graphText(frame, line.timeBase), threads: 2)
            return frame
        }
        if shape == FrameShape(frame) { return frame }
        guard isVideo else {
            throw MediaError(.unsupported, "the sound changes its format at \(positionMs) ms")
        }
        if let adapter { return try adapter.adapt(frame) }
        let fresh = try PictureAdapter(shape)
        adapter = fresh
        return try fresh.adapt(frame)
    }

    private func encodeFiltered() throws(MediaError) {
        guard let graph else { return }
        while try graph.pull(from: sinkName, into: filtered) {
            let base = try graph.timeBase(of: sinkName)
            if let pts = filtered.pts { filtered.pts = av_rescale_q(pts, base, encoder.timeBase) }
            filtered.forgetPictureType()
            framesEncoded += 1
            WorkCounter.step()
            samplesEncoded += filtered.sampleCount
            try encoder.send(filtered)
            try writePackets()
        }
    }

    private func writePackets() throws(MediaError) {
        while try encoder.receive(into: packet) {
            try output.write(packet, stream: outputIndex, timeBase: encoder.timeBase)
        }
    }
}
