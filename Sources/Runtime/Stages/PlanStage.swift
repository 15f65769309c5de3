import Contracts
import Editorial
import Store

/// 04: chooses the moments worth a short.
struct PlanStage: RuntimeStage {
    func identity(_ context: RuntimeContext) -> String { context.editorial.identity }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let segments = try await workspace.read(Segments.self, .segments)
        let request = EditorialRequest(
            transcript: transcript,
            segments: segments,
            options: workspace.run.options.shorts
        )
        let plan = try await workspace.context.editorial.plan(request)
        try ArtifactChecks.plan(plan, transcript: transcript, segments: segments)
        return StageResult(artifacts: [try await workspace.write(plan, .plan)], warnings: plan.warnings)
    }
}
