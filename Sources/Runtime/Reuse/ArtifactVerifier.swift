import Artifacts
import Contracts
import Pipeline
import Store

/// Holds published artifacts against their records before somebody else builds on them.
struct ArtifactVerifier: Sendable {
    let artifacts: any ArtifactStore

    /// What is wrong with the first that is not there, has not the recorded bytes or breaks its contract.
    func fault(in records: [ArtifactRecord]) async throws -> String? {
        do {
            try await verify(records)
            return nil
        } catch let error as ArtifactError {
            return error.description
        } catch let problem as Problem {
            return problem.detail
        }
    }

    private func verify(_ records: [ArtifactRecord]) async throws {
        // The small ones first: what is broken is then found before much is read.
        for record in records.sorted(by: { $0.sizeBytes < $1.sizeBytes }) {
            guard let location = ArtifactLocation(parsing: record.location) else {
                throw Problem(
                    .artifactMissing,
                    detail: "Artifact '\(record.name)' has no place in the store."
                )
            }
            try await artifacts.verify(location, sha256: record.sha256, sizeBytes: record.sizeBytes)
            if record.name.fileExtension == "json" { try await decode(record, at: location) }
        }
    }

    private func decode(_ record: ArtifactRecord, at location: ArtifactLocation) async throws {
        guard let kind = ArtifactKind(rawValue: record.name.kind) else {
            throw Problem(.artifactInvalid, detail: "No contract says what '\(record.name)' holds.")
        }
        func read<Value: Decodable & Sendable>(_ type: Value.Type) async throws {
            _ = try await artifacts.readJSON(type, from: location, sha256: record.sha256)
        }
        switch kind {
        case .media: try await read(MediaInfo.self)
        case .audio: try await read(AudioInfo.self)
        case .transcript: try await read(Transcript.self)
        case .segments: try await read(Segments.self)
        case .plan: try await read(Plan.self)
        case .enhancementPlan: try await read(EnhancementPlan.self)
        case .clipMedia: try await read(ClipMedia.self)
        case .framing: try await read(Framing.self)
        case .audioPlan: try await read(AudioPlan.self)
        case .enhancementBundle: try await read(EnhancementBundle.self)
        case .prepared: try await read(Prepared.self)
        case .composition: try await read(Composition.self)
        case .rendition: try await read(Rendition.self)
        case .qc: try await read(QualityReport.self)
        case .captions:
            throw Problem(.artifactInvalid, detail: "No contract says what '\(record.name)' holds.")
        }
    }
}
