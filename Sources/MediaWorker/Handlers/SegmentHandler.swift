import Contracts
import Media

/// Finds where the source may be cut, and how loud it is.
struct SegmentHandler: TaskHandler {
    func run(_ context: TaskContext) async throws {
        let media = try await context.input("media.mp4")
        let audio = try await context.input("audio.wav")
        let transcript = try await context.decode(Transcript.self, from: "transcript.json")
        let cancel = context.isCancelled
        let progress = context.progress(from: 0.02, to: 0.95)
        async let found = context.blocking {
            try SceneCuts.detect(path: media, cancel: cancel, progress: progress)
        }
        async let measured = context.blocking {
            let loudness = try AudioAnalysis.measure(path: audio, withTruePeak: false, cancel: cancel)
            let silences = try AudioAnalysis.silences(path: audio, loudness: loudness, cancel: cancel)
            return (loudness, silences)
        }
        let (cuts, (loudness, silences)) = try await (found, measured)
        let segments = Segments(
            durationMs: loudness.durationMs,
            cuts: cuts.map { Segments.Cut(atMs: $0.atMs, score: min(100, $0.score.tenths)) },
            silences: silences.map { TimeRange(startMs: $0.lowerBound, endMs: $0.upperBound) },
            turns: Self.turns(of: transcript.words),
            topicStartsMs: TopicFinder().starts(of: transcript),
            energy: Segments.Energy(
                hopMs: LoudnessReport.hopMs,
                lufs: loudness.momentaryLufs.map { Double($0).tenths }
            ),
            integratedLufs: loudness.isSilent ? nil : loudness.integratedLufs.tenths,
            warnings: []
        )
        try await context.upload(ArtifactName("segments"), json: segments)
    }

    /// Stretches of words by one speaker; none where the transcript tells no speakers.
    static func turns(of words: [Transcript.Word]) -> [Segments.Turn] {
        var turns: [Segments.Turn] = []
        for word in words {
            guard let speaker = word.speaker else { continue }
            if let last = turns.last, last.speaker == speaker {
                turns[turns.count - 1].endMs = word.endMs
            } else {
                turns.append(Segments.Turn(speaker: speaker, startMs: word.startMs, endMs: word.endMs))
            }
        }
        return turns
    }
}
