import Artifacts
import Contracts
import Pipeline
import Signatures
import Store
import TestSupport
import Testing

@testable import API

extension APIFixture {
    /// The first job of a new run of the first tenant, claimed.
    func claimJob() async throws -> ClaimedJob {
        let style = try #require(
            try await store.styleVersion(tenantId: tenantId, package: "default", version: nil)
        )
        let asset = try await makeAsset(Array("source".utf8))
        let new = NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: asset.id,
            sourceUrl: nil,
            style: StylePin(package: style.package, version: style.version, digest: style.digest),
            options: RunOptions(filling: RunRequest(source: RunRequest.Source(assetId: asset.id)))
        )
        _ = try await store.createRun(new, claim: nil) { run in
            StoredResponse(status: 202, headers: [:], body: try WireJSON.encode(run))
        }
        return try #require(try await store.claimJobs(limit: 1, leaseSeconds: 60).first)
    }

    /// An artifact that a new run of the first tenant has published.
    func makeArtifact(_ bytes: [UInt8]) async throws -> (artifact: NewArtifact, runId: String) {
        let claimed = try await claimJob()
        let name = ArtifactName("media")
        let location = try #require(
            ArtifactLocation(
                tenantId: tenantId,
                runId: claimed.run.id,
                stage: claimed.job.stage.rawValue,
                attempt: claimed.job.attempt,
                name: name
            )
        )
        let content = try await artifacts.write(bytes, to: location)
        let artifact = NewArtifact(
            name: name,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
        #expect(try await store.completeJob(claimed.lease, artifacts: [artifact]))
        return (artifact, claimed.run.id)
    }

    /// A live task of a new run of the first tenant, and the token in its links.
    func makeTask(
        provider: String = "worker"
    ) async throws -> (task: TaskRecord, token: String, runId: String) {
        let claimed = try await claimJob()
        let token = SecureRandom.token(byteCount: 32)
        let task = try await store.mintTask(
            claimed.lease,
            NewTask(
                id: ResourceID.make(.task),
                provider: provider,
                kind: ProviderTask.Kind.transcode.rawValue,
                tokenDigest: SHA256Digest.hash(Array(token.utf8)),
                deadlineMs: 600_000
            )
        )
        return (try #require(task), token, claimed.run.id)
    }

    /// Lets the provider of the only task that is due give it an id.
    func dispatch(as externalId: String) async throws {
        let due = try #require(try await store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        #expect(try await store.taskDispatched(due.lease, externalId: externalId, nextPollMs: 60_000))
    }
}
