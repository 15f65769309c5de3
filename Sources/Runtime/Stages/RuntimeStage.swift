import Contracts
import Pipeline
import Store

/// A stage that the gateway does itself: JSON artifacts in, JSON artifacts out.
protocol RuntimeStage: Sendable {
    /// What does it, with its version: a part of the fingerprint.
    func identity(_ context: RuntimeContext) throws(Problem) -> String

    /// Reads, decides and writes; gives the same result for the same artifacts, or as good a one where others decide.
    func perform(_ workspace: StageWorkspace) async throws -> StageResult
}

/// What a stage wrote.
struct StageResult: Sendable {
    /// What `compose` gives beside its artifact.
    struct Composed: Sendable {
        let location: String
        let shorts: [NewOutput]
    }

    var artifacts: [NewArtifact]
    var warnings: [Warning] = []
    var composed: Composed?
    /// Whether equal runs may have it too; not where somebody else had to stand in for who should have made it.
    var isReusable = true
}

enum RuntimeStages {
    /// The stages that run here; nil for one that is delegated.
    ///
    /// What a run's client brought takes the place of who would find it.
    static func performer(of stage: Stage, run: RunRecord) -> (any RuntimeStage)? {
        if stage == .transcribe, let file = run.provided?.transcript {
            return ProvidedTranscriptStage(file: file)
        }
        if stage == .plan, let moments = run.provided?.moments {
            return ProvidedMomentsStage(moments: moments)
        }
        return switch stage {
        case .plan: PlanStage(editor: run.options.providers.editorial)
        case .enhancePlan: EnhancePlanStage()
        case .enhanceBuild: EnhanceBuildStage()
        case .prepareFinalize: PrepareFinalizeStage()
        case .compose: ComposeStage()
        case .transcode, .transcribe, .segment, .prepareMedia, .framing, .audioPlan, .render: nil
        }
    }
}
