import CLibav

/// The samples of a piece of music, from its start again whenever it ends.
final class MusicBed {
    private let path: String
    private let cancel: @Sendable () -> Bool
    private let frame: Frame
    private let conformed: Frame
    private var round: Round
    private var left: [Float] = []
    private var right: [Float] = []

    /// One pass over the file.
    private struct Round {
        let reader: FrameReader
        let stream: StreamInfo
        var conform: FilterGraph?
        var hasEnded = false
        var sampleCount = 0
    }

    init(path: String, cancel: @escaping @Sendable () -> Bool) throws(MediaError) {
        self.path = path
        self.cancel = cancel
        frame = try Frame()
        conformed = try Frame()
        round = try Self.start(path, cancel)
    }

    /// The next `count` samples at 48 kHz.
    func next(_ count: Int) throws(MediaError) -> (left: [Float], right: [Float]) {
        while left.count < count { try fill() }
        let taken = (Array(left.prefix(count)), Array(right.prefix(count)))
        left.removeFirst(count)
        right.removeFirst(count)
        return taken
    }

    private func fill() throws(MediaError) {
        if round.hasEnded {
            guard round.sampleCount > 0 else { throw MediaError(.noAudio, "the music has no sound") }
            round = try Self.start(path, cancel)
        }
        guard try round.reader.next(into: frame) != nil else {
            round.hasEnded = true
            guard let conform = round.conform else { return }
            try conform.push(nil, to: "abuffer@in")
            return try collect(conform)
        }
        let graph: FilterGraph
        if let known = round.conform {
            graph = known
        } else {
            graph = try FilterGraph(
                [
                    FilterText.audioSource("in", frame, round.stream.timeBase),
                    "aresample=\(AudioFormat.sampleRate)", AudioFormat.filters, "abuffersink@out",
                ].joined(separator: ",")
            )
            round.conform = graph
        }
        try graph.push(frame, to: "abuffer@in")
        try collect(graph)
    }

    private func collect(_ graph: FilterGraph) throws(MediaError) {
        while try graph.pull(from: "abuffersink@out", into: conformed) {
            let (one, other) = (conformed.floatSamples(channel: 0), conformed.floatSamples(channel: 1))
            round.sampleCount += one.count
            left += one
            right += other
        }
    }

    private static func start(
        _ path: String,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Round {
        let input = try MediaInput(path: path, cancel: cancel)
        guard let stream = MediaProbe.audioStream(of: input) else {
            throw MediaError(.noAudio, "the music has no sound")
        }
        return Round(
            reader: try FrameReader(input, decoders: [try Decoder(input, stream)]),
            stream: stream
        )
    }
}
