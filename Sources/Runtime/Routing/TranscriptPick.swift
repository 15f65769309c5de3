import Contracts
import Pipeline
import Providers
import Store

/// Takes the better of the transcripts that two providers made at once, and says which and why.
struct TranscriptPick: Sendable {
    let workspace: StageWorkspace
    let held: [HeldResult]
    let route: ProviderRoute

    struct Picked: Sendable {
        let provider: String
        let artifact: NewArtifact
        let warnings: [Warning]
    }

    func pick() async throws -> Picked {
        let ordered = held.sorted { place($0) < place($1) }
        guard let first = ordered.first else {
            throw Problem(.artifactMissing, detail: "No provider gave a transcript.", retryable: true)
        }
        let one = try await read(first)
        guard ordered.count > 1 else { return picked(first, one, warning: nil) }
        let second = ordered[1]
        let other = try await read(second)
        switch TranscriptQuality.compare(TranscriptQuality(one), TranscriptQuality(other)) {
        case .first(let reason): return picked(first, one, warning: words(first, over: second, reason))
        case .second(let reason): return picked(second, other, warning: words(second, over: first, reason))
        case .even:
            let reason = "nothing tells them apart, and it is preferred"
            return picked(first, one, warning: words(first, over: second, reason))
        }
    }

    private func place(_ result: HeldResult) -> Int {
        route.candidates.firstIndex(of: result.provider) ?? route.candidates.count
    }

    private func read(_ result: HeldResult) async throws -> Transcript {
        try await workspace.context.readJSON(
            Transcript.self,
            location: result.upload.location,
            sha256: result.upload.sha256
        )
    }

    private func words(_ result: HeldResult, over other: HeldResult, _ reason: String) -> Warning {
        Warning(
            code: "transcription-picked",
            detail:
                "The transcript of '\(result.provider)' was kept, not that of '\(other.provider)': \(reason)."
        )
    }

    private func picked(_ result: HeldResult, _ transcript: Transcript, warning: Warning?) -> Picked {
        Picked(
            provider: result.provider,
            artifact: NewArtifact(
                name: result.upload.name,
                sha256: result.upload.sha256,
                sizeBytes: result.upload.sizeBytes,
                mediaType: result.upload.mediaType,
                location: result.upload.location
            ),
            warnings: transcript.warnings + (warning.map { [$0] } ?? [])
        )
    }
}
