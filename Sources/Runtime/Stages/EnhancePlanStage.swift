import Contracts
import Store
import Styles

/// 05: decides what each moment shows beside its words, under the pinned style.
struct EnhancePlanStage: RuntimeStage {
    func identity(_ context: RuntimeContext) -> String { "styles/1" }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let plan = try await workspace.read(Plan.self, .plan)
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let intent = EnhancementPlanner.plan(
            plan,
            transcript: transcript,
            style: try await workspace.style(),
            pin: workspace.run.style
        )
        return StageResult(
            artifacts: [try await workspace.write(intent, .enhancementPlan)],
            warnings: intent.warnings
        )
    }
}
