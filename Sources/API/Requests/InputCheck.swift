import Artifacts
import Contracts
import Pipeline
import Store

/// Looks whether the files that a client brought are still there for stages that are to run again.
///
/// A stage that is put back gives up what it has published, so the look comes before anything is changed.
struct InputCheck: Sendable {
    let artifacts: any ArtifactStore

    /// Throws `source-gone` when one of `stages` would read a file that the store no longer has.
    ///
    /// A linked source that was never fetched is not missed: `transcode` fetches it.
    func check(_ stages: Set<Stage>, of run: RunRecord) async throws {
        if stages.contains(.transcode), let asset = run.asset,
            try await !isKept(asset.location, sizeBytes: asset.sizeBytes)
        {
            throw Problem(
                .sourceGone,
                detail: "The bytes of asset '\(asset.id)' are not in the store any more."
            )
        }
        if stages.contains(.transcribe), let file = run.provided?.transcript,
            try await !isKept(file.location, sizeBytes: file.sizeBytes)
        {
            throw Problem(
                .sourceGone,
                detail:
                    "The transcript that was brought with the run, asset '\(file.assetId)', is not in the "
                    + "store any more."
            )
        }
    }

    private func isKept(_ location: String, sizeBytes: Int64) async throws -> Bool {
        guard let location = ArtifactLocation(parsing: location) else { return false }
        return try await artifacts.size(location) == sizeBytes
    }
}
