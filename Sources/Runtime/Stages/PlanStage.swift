import Contracts
import Editorial
import Providers
import Store

/// 04: chooses the moments worth a short.
struct PlanStage: RuntimeStage {
    /// The editorial model that the run asks for; nil takes the standard.
    let editor: String?

    func identity(_ context: RuntimeContext) throws(Problem) -> String {
        try context.editorial.model(named: editor).identity
    }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let model = try workspace.context.editorial.model(named: editor)
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let segments = try await workspace.read(Segments.self, .segments)
        let request = EditorialRequest(
            transcript: transcript,
            segments: segments,
            options: workspace.run.options.shorts,
            allowance: allowance(workspace),
            waiting: workspace.meter.waiting
        )
        let plan = try await model.plan(request)
        try ArtifactChecks.plan(plan, transcript: transcript, segments: segments)
        return StageResult(
            artifacts: [try await workspace.write(plan, .plan)],
            warnings: plan.warnings,
            // What the model did not see to is asked of it again in the next run.
            isReusable: plan.provenance.map { $0.fallback == .none } ?? true
        )
    }

    private func allowance(_ workspace: StageWorkspace) -> StageAllowance {
        let context = workspace.context
        let name = editor ?? context.editorial.standard
        return StageAllowance(
            store: context.store,
            lease: workspace.claimed.lease,
            provider: name,
            limits: context.providers.limits(of: name)
        )
    }
}
