import Artifacts
import Contracts
import Pipeline
import Store

/// Where one attempt of a stage reads what the run has and writes what it makes.
struct StageWorkspace: Sendable {
    let claimed: ClaimedJob
    let context: RuntimeContext
    let artifacts: RunArtifacts
    /// What the attempt costs.
    let meter = StageMeter()

    init(claimed: ClaimedJob, context: RuntimeContext) {
        self.claimed = claimed
        self.context = context
        artifacts = RunArtifacts(claimed.artifacts)
    }

    var run: RunRecord { claimed.run }

    /// Reads an artifact of the run; its bytes must be the recorded ones.
    func read<Value: Decodable & Sendable>(_ type: Value.Type, _ name: ArtifactName) async throws -> Value {
        try await context.readJSON(type, try artifacts.record(name))
    }

    /// Reads the JSON artifacts of a kind that has one for each clip.
    func readClips<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ kind: ArtifactKind
    ) async throws -> [(clip: String, value: Value)] {
        var values: [(clip: String, value: Value)] = []
        for record in try artifacts.clips(kind, fileExtension: "json") {
            values.append((record.name.clip ?? "", try await context.readJSON(type, record)))
        }
        return values
    }

    func write(_ value: some Encodable & Sendable, _ name: ArtifactName) async throws -> NewArtifact {
        try await write(name) { try await context.artifacts.write(json: value, to: $0) }
    }

    func write(text: String, _ name: ArtifactName) async throws -> NewArtifact {
        try await write(name) { try await context.artifacts.write([UInt8](text.utf8), to: $0) }
    }

    private func write(
        _ name: ArtifactName,
        _ body: (ArtifactLocation) async throws -> StoredContent
    ) async throws -> NewArtifact {
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
        let content = try await body(location)
        return NewArtifact(
            name: name,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
    }

    /// The document of the style that the run pins.
    func style() async throws -> StyleDocument {
        let pin = run.style
        let version = try await context.store.styleVersion(
            tenantId: run.tenantId,
            package: pin.package,
            version: pin.version
        )
        guard let version, version.digest == pin.digest else {
            throw Problem(
                .unknownStyle,
                detail: "Style '\(pin.package)' version \(pin.version) is not what the run pinned."
            )
        }
        return version.document
    }
}

extension RuntimeContext {
    /// Reads a published JSON artifact; its bytes must be the recorded ones.
    func readJSON<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ record: ArtifactRecord
    ) async throws -> Value {
        try await readJSON(type, location: record.location, sha256: record.sha256)
    }

    func readJSON<Value: Decodable & Sendable>(
        _ type: Value.Type,
        location path: String,
        sha256: String
    ) async throws -> Value {
        guard let location = ArtifactLocation(parsing: path) else {
            throw Problem(
                .artifactMissing,
                detail: "An artifact has no place in the store.",
                retryable: false
            )
        }
        return try await artifacts.readJSON(type, from: location, sha256: sha256)
    }
}
