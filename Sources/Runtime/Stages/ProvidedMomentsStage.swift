import Contracts
import Editorial
import Store

/// 04, where the client brought the moments: the plan holds exactly these.
struct ProvidedMomentsStage: RuntimeStage {
    let moments: [ProvidedInput.Moment]

    func identity(_ context: RuntimeContext) -> String { BroughtMoments.model }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let segments = try await workspace.read(Segments.self, .segments)
        let request = EditorialRequest(
            transcript: transcript,
            segments: segments,
            options: workspace.run.options.shorts
        )
        let sketches = moments.enumerated().map { MomentSketch($0.element, at: $0.offset) }
        let plan = try BroughtMoments(request).plan(sketches)
        try ArtifactChecks.plan(plan, transcript: transcript, segments: segments)
        return StageResult(artifacts: [try await workspace.write(plan, .plan)], warnings: plan.warnings)
    }
}
