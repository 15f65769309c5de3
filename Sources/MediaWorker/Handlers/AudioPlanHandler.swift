import Contracts
import Media

/// Measures the sound of each clip and marks its pauses and filler words.
struct AudioPlanHandler: TaskHandler {
    /// Long enough that no cut clicks, too short to be heard.
    private static let fadeMs = 15

    func run(_ context: TaskContext) async throws {
        let segments = try await context.decode(Segments.self, from: "segments.json")
        let transcript = try await context.decode(Transcript.self, from: "transcript.json")
        let fillers = FillerWords(language: transcript.language)?.marked(in: transcript.words)
        let work = ClipWork(context: context)
        try await work.each(try work.clips()) { clip in
            let media = try await context.decode(ClipMedia.self, from: "clip-media/\(clip).json")
            let path = try await context.input("clip-media/\(clip).mp4")
            let cancel = context.isCancelled
            let loudness = try await context.blocking {
                try AudioAnalysis.measure(
                    path: path,
                    rangeMs: media.leadMs..<media.leadMs + max(1, media.durationMs),
                    cancel: cancel
                )
            }
            let plan = AudioPlan(
                clip: clip,
                durationMs: media.durationMs,
                integratedLufs: loudness.isSilent ? nil : (loudness.integratedLufs * 100).rounded() / 100,
                truePeakDbtp: loudness.isSilent
                    ? nil : loudness.truePeakDb.map { ($0 * 100).rounded() / 100 },
                fadeInMs: Self.fadeMs,
                fadeOutMs: Self.fadeMs,
                pauses: Self.marks(in: media, segments.silences),
                warnings: loudness.isSilent
                    ? [Warning(code: "silent-clip", detail: "The clip has no sound to speak of.", clip: clip)]
                    : [],
                fillers: fillers.map { Self.marks(in: media, $0) }
            )
            context.warn(plan.warnings)
            try await context.upload(ArtifactName("audio-plan", clip: clip), json: plan)
        }
    }

    /// What lies in the clip of these stretches of the source, in clip time.
    static func marks(in media: ClipMedia, _ stretches: [TimeRange]) -> [TimeRange] {
        stretches.compactMap { stretch in
            let start = max(0, stretch.startMs - media.sourceStartMs)
            let end = min(media.durationMs, stretch.endMs - media.sourceStartMs)
            return end > start ? TimeRange(startMs: start, endMs: end) : nil
        }
    }
}
