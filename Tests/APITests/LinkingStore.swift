import Artifacts
import Foundation

/// A store in a folder that claims to have links past the gateway.
struct LinkingStore: ArtifactStore {
    let base: LocalArtifactStore

    func link(to location: ArtifactLocation, as form: LinkedForm) -> String? {
        "https://films.example.com/\(location)?\(form.mediaType)&\(form.disposition)"
    }

    func beginWrite(bytesMax: Int64) async throws -> any ArtifactWriter {
        try await base.beginWrite(bytesMax: bytesMax)
    }

    func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> any ArtifactWriter {
        try await base.adopt(file, bytesMax: bytesMax)
    }

    func stagingFile() async throws -> any StagedFile { try await base.stagingFile() }

    func size(_ location: ArtifactLocation) async throws -> Int64? { try await base.size(location) }

    func read(_ location: ArtifactLocation, range: Range<Int64>?) async throws -> ArtifactChunks {
        try await base.read(location, range: range)
    }

    func delete(_ location: ArtifactLocation) async throws { try await base.delete(location) }

    func files(after: String?, limit: Int) async throws -> [StoredFile] {
        try await base.files(after: after, limit: limit)
    }

    func remove(_ location: ArtifactLocation, unlessChangedSince moment: Date) async throws -> Bool {
        try await base.remove(location, unlessChangedSince: moment)
    }

    func removeUnfinished(since moment: Date) async throws -> Int {
        try await base.removeUnfinished(since: moment)
    }

    func probe() async throws { try await base.probe() }
}
