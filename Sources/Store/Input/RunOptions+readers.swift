package import Contracts
package import Pipeline

extension RunOptions {
    /// The stages that read an option which differs from `old`; what depends on them follows from the workflow.
    ///
    /// The same as `StageReads` says of fingerprints, with the choice of a provider counted as read by its stage.
    package func stagesReading(changesFrom old: RunOptions) -> Set<Stage> {
        var stages: Set<Stage> = []
        func note<Value: Equatable>(_ path: KeyPath<RunOptions, Value>, _ readers: Stage...) {
            if self[keyPath: path] != old[keyPath: path] { stages.formUnion(readers) }
        }
        note(\.language, .transcribe)
        note(\.shorts.targetCount, .plan)
        note(\.shorts.maxCount, .plan)
        note(\.shorts.minDurationMs, .plan)
        note(\.shorts.maxDurationMs, .plan)
        note(\.shorts.keywords, .plan)
        note(\.shorts.rangeMs, .plan)
        note(\.shorts.excludeRangesMs, .plan)
        note(\.shorts.aspectRatios, .compose)
        // The gate stands before whatever needs the plan.
        note(\.review, .enhancePlan, .prepareMedia)
        note(\.providers.transcription, .transcribe)
        note(\.providers.transcriptionPick, .transcribe)
        note(\.providers.vision, .framing)
        note(\.providers.editorial, .plan)
        note(\.providers.render, .render)
        return stages
    }
}
