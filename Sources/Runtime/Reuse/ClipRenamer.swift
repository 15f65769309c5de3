import Artifacts
import Contracts
import Pipeline
import Store

/// Gives artifacts of a short the name that the same short has in another run.
///
/// Media stay where they are; reports name their clip, so they are written anew.
struct ClipRenamer: Sendable {
    let context: RuntimeContext
    /// The render task of the short that gets them.
    let claimed: ClaimedTask
    let clip: String

    func name(_ name: ArtifactName) -> ArtifactName {
        ArtifactName(name.kind, clip: clip, variant: name.variant, fileExtension: name.fileExtension)
    }

    func artifact(_ record: ArtifactRecord) async throws -> NewArtifact {
        var copy = NewArtifact(copying: record)
        guard record.name.clip != clip else { return copy }
        copy.name = name(record.name)
        guard record.name.fileExtension == "json" else { return copy }
        let content =
            switch ArtifactKind(rawValue: record.name.kind) {
            case .rendition:
                try await rewrite(Rendition.self, record, to: copy.name) { $0.clip = clip }
            case .qc:
                try await rewrite(QualityReport.self, record, to: copy.name) { $0.clip = clip }
            default:
                throw Problem(.artifactInvalid, detail: "A short has no artifact '\(record.name)'.")
            }
        copy.sha256 = content.stored.sha256
        copy.sizeBytes = content.stored.sizeBytes
        copy.location = content.location.path
        return copy
    }

    private func rewrite<Value: Codable & Sendable>(
        _ type: Value.Type,
        _ record: ArtifactRecord,
        to name: ArtifactName,
        _ change: (inout Value) -> Void
    ) async throws -> (stored: StoredContent, location: ArtifactLocation) {
        var value = try await context.readJSON(type, record)
        change(&value)
        let (run, job) = (claimed.run, claimed.job)
        guard
            let location = ArtifactLocation(
                tenantId: run.tenantId,
                runId: run.id,
                stage: job.stage.rawValue,
                attempt: job.attempt,
                name: name
            )
        else { throw Problem(.internalError, detail: "Artifact '\(name)' has no place.", retryable: false) }
        return (try await context.artifacts.write(json: value, to: location), location)
    }
}
