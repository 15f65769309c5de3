import Contracts
import Media

/// Measures the sound of each clip and marks its pauses.
struct AudioPlanHandler: TaskHandler {
    /// Long enough that no cut clicks, too short to be heard.
    private static let fadeMs = 15

    func run(_ context: TaskContext) async throws {
        let segments = try await context.decode(Segments.self, from: "segments.json")
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
                pauses: Self.pauses(in: media, segments.silences),
                warnings: loudness.isSilent
                    ? [Warning(code: "silent-clip", detail: "The clip has no sound to speak of.", clip: clip)]
                    : []
            )
            context.warn(plan.warnings)
            try await context.upload(ArtifactName("audio-plan", clip: clip), json: plan)
        }
    }

    /// The silences of the source that lie in the clip, in clip time.
    static func pauses(in media: ClipMedia, _ silences: [TimeRange]) -> [TimeRange] {
        silences.compactMap { silence in
            let start = max(0, silence.startMs - media.sourceStartMs)
            let end = min(media.durationMs, silence.endMs - media.sourceStartMs)
            return end > start ? TimeRange(startMs: start, endMs: end) : nil
        }
    }
}
