import Contracts
import Pipeline
import Store
import Styles

/// 09: makes the captions and overlays of each clip.
struct EnhanceBuildStage: RuntimeStage {
    func identity(_ context: RuntimeContext) -> String { "styles/3" }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let plan = try await workspace.read(Plan.self, .plan)
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let intent = try await workspace.read(EnhancementPlan.self, .enhancementPlan)
        let style = try await workspace.style()
        var result = StageResult(artifacts: [])
        for moment in plan.moments {
            guard let clip = intent.clips.first(where: { $0.clip == moment.clip }) else {
                throw Problem(.artifactInvalid, detail: "The enhancement plan has no '\(moment.clip)'.")
            }
            let bundle = try EnhancementBuilder.build(
                moment: moment,
                transcript: transcript,
                intent: clip,
                style: style,
                pin: workspace.run.style
            )
            result.artifacts.append(
                try await workspace.write(bundle, .clip(.enhancementBundle, moment.clip))
            )
            result.warnings += bundle.warnings
        }
        return result
    }
}
