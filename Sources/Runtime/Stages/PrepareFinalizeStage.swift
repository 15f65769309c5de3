import Contracts
import Pipeline
import Styles

/// 10: merges media, framing and sound of each clip and checks them against each other.
struct PrepareFinalizeStage: RuntimeStage {
    func identity(_ context: RuntimeContext) -> String { "composer/1" }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let media = try await workspace.readClips(ClipMedia.self, .clipMedia)
        let framings = try await byClip(workspace.readClips(Framing.self, .framing))
        let sounds = try await byClip(workspace.readClips(AudioPlan.self, .audioPlan))
        var clips: [(media: ClipMedia, framing: Framing, audio: AudioPlan)] = []
        for (clip, media) in media {
            guard let framing = framings[clip], let audio = sounds[clip] else {
                throw Problem(.artifactInvalid, detail: "'\(clip)' lacks its framing or its audio plan.")
            }
            clips.append((media: media, framing: framing, audio: audio))
        }
        let prepared = try Composer.finalize(clips: clips)
        return StageResult(
            artifacts: [try await workspace.write(prepared, .prepared)],
            warnings: prepared.warnings
        )
    }

    private func byClip<Value>(_ values: [(clip: String, value: Value)]) -> [String: Value] {
        Dictionary(values.map { ($0.clip, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}
