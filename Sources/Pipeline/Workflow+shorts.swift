extension Workflow {
    /// The one workflow of this version: long video in, branded shorts out.
    package static let shortsV1: Workflow = {
        do {
            return try Workflow(name: "shorts.v1", stages: shortsStages)
        } catch {
            preconditionFailure("the built-in workflow is malformed: \(error)")
        }
    }()

    /// Looks a workflow up by the name that a run request gives.
    package static func named(_ name: String) -> Workflow? {
        name == shortsV1.name ? shortsV1 : nil
    }

    private static let shortsStages: [StageDefinition] = [
        StageDefinition(
            .transcode,
            group: .ingest,
            requires: [],
            publishes: [.media, .audio],
            performer: .worker
        ),
        StageDefinition(
            .transcribe,
            group: .ingest,
            requires: [.transcode],
            publishes: [.transcript],
            performer: .transcription
        ),
        StageDefinition(
            .segment,
            group: .plan,
            requires: [.transcode, .transcribe],
            publishes: [.segments],
            performer: .worker
        ),
        StageDefinition(
            .plan,
            group: .plan,
            requires: [.transcribe, .segment],
            publishes: [.plan],
            performer: .runtime
        ),
        StageDefinition(
            .enhancePlan,
            group: .plan,
            requires: [.plan],
            publishes: [.enhancementPlan],
            performer: .runtime
        ),
        StageDefinition(
            .prepareMedia,
            group: .prepare,
            requires: [.transcode, .plan],
            publishes: [.clipMedia],
            performer: .worker
        ),
        StageDefinition(
            .framing,
            group: .prepare,
            requires: [.segment, .prepareMedia],
            publishes: [.framing],
            performer: .vision
        ),
        StageDefinition(
            .audioPlan,
            group: .prepare,
            requires: [.segment, .prepareMedia],
            publishes: [.audioPlan],
            performer: .worker
        ),
        StageDefinition(
            .enhanceBuild,
            group: .compose,
            requires: [.transcribe, .enhancePlan],
            publishes: [.enhancementBundle],
            performer: .runtime
        ),
        StageDefinition(
            .prepareFinalize,
            group: .compose,
            requires: [.framing, .audioPlan],
            publishes: [.prepared],
            performer: .runtime
        ),
        StageDefinition(
            .compose,
            group: .compose,
            requires: [.enhanceBuild, .prepareFinalize],
            publishes: [.composition, .captions],
            performer: .runtime
        ),
        StageDefinition(
            .render,
            group: .render,
            requires: [.compose],
            publishes: [.rendition, .qc],
            performer: .render
        ),
    ]
}
