import Artifacts
import Contracts
import Foundation
import Pipeline
import Store
import Testing

@testable import API

extension APIFixture {
    /// Posts a run of an uploaded source and completes every stage before `stage`, each with one artifact.
    func makeRun(client: Client, upTo stage: Stage) async throws -> String {
        let asset = try await makeAsset(Array("video of \(stage.rawValue)".utf8))
        let answer = try await client.post("/v1/runs", #"{"source":{"asset_id":"\#(asset.id)"}}"#)
        let id = try answer.decode(RunView.self).id
        try await advance(id, upTo: stage)
        return id
    }

    /// Completes stages until `stage` is claimed; `render` is brought to its two shorts.
    func advance(_ runId: String, upTo stage: Stage) async throws {
        while true {
            for claimed in try await store.claimJobs(limit: 10, leaseSeconds: 600) {
                if claimed.job.stage == stage { return }
                let artifact = try await write("{}", for: claimed)
                if claimed.job.stage == .compose {
                    let shorts = (1...2).map(Self.short)
                    _ = try await store.completeCompose(
                        claimed.lease,
                        artifacts: [artifact],
                        compositionLocation: artifact.location,
                        shorts: shorts
                    )
                    if stage == .render { return }
                } else {
                    #expect(try await store.completeJob(claimed.lease, artifacts: [artifact]))
                }
            }
        }
    }

    private func write(_ text: String, for claimed: ClaimedJob) async throws -> NewArtifact {
        let workflow = Workflow.shortsV1
        let kind = try #require(workflow.definition(of: claimed.job.stage)?.publishes.first)
        let name = ArtifactName(kind.rawValue)
        let location = try #require(
            ArtifactLocation(
                tenantId: tenantId,
                runId: claimed.run.id,
                stage: claimed.job.stage.rawValue,
                attempt: claimed.job.attempt,
                name: name
            )
        )
        let content = try await artifacts.write(Array(text.utf8), to: location)
        return NewArtifact(
            name: name,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
    }

    private static func short(_ ordinal: Int) -> NewOutput {
        let id = ResourceID.make(.task)
        return NewOutput(
            clip: "clip-0\(ordinal)",
            ordinal: ordinal,
            rank: ordinal,
            title: "Short \(ordinal)",
            score: 80,
            details: ShortDetails(
                subscores: Plan.Subscores(hook: 80, standalone: 80, value: 80, shareability: 80, energy: 80),
                reason: "a strong opening",
                transcript: ShortDetails.Words(text: "hello", words: []),
                sourceRangesMs: [],
                durationMs: 30_000,
                warnings: []
            ),
            task: NewTask(
                id: id,
                provider: "worker",
                kind: "render",
                tokenDigest: Array(id.utf8.suffix(26)) + Array("digest".utf8),
                deadlineMs: 60_000
            )
        )
    }

    /// Ends every live render task of a run: failed where `fails` says so.
    func endRenders(_ runId: String, fails: (String) -> Bool) async throws {
        for claimed in try await store.claimDueTasks(limit: 10, leaseSeconds: 30) {
            guard claimed.run.id == runId, let output = claimed.output else { continue }
            let problem = Problem(.renderFailed, detail: "the encoder crashed")
            _ = try await store.settleTask(
                taskId: claimed.task.id,
                attempt: claimed.task.attempt,
                outcome: fails(output.clip)
                    ? .failed(problem, isRetryable: false) : .completed(artifacts: [], renditions: [])
            )
        }
    }
}
