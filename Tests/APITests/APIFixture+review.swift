import Artifacts
import Contracts
import Foundation
import Pipeline
import Store
import TestSupport
import Testing

@testable import API

/// Ten sentences of ten words, a word of 400 ms every half second; two moments.
enum SamplePlan {
    static let durationMs = 52_000

    static let transcript: Transcript = {
        let words = (0..<100).map { index in
            Transcript.Word(
                text: index % 10 == 9 ? "end\(index)." : "word\(index)",
                startMs: index * 500,
                endMs: index * 500 + 400,
                confidence: 0.9
            )
        }
        let sentences = (0..<10).map { index in
            Transcript.Sentence(
                firstWord: index * 10,
                lastWord: index * 10 + 9,
                startMs: index * 5_000,
                endMs: index * 5_000 + 4_900,
                text: words[(index * 10)..<(index * 10 + 10)].map(\.text).joined(separator: " ")
            )
        }
        return Transcript(
            language: "en",
            model: "fake/1",
            durationMs: durationMs,
            words: words,
            sentences: sentences,
            warnings: []
        )
    }()

    static let segments = Segments(
        durationMs: durationMs,
        cuts: [],
        silences: [],
        turns: [],
        topicStartsMs: [0],
        energy: Segments.Energy(hopMs: 1_000, lufs: Array(repeating: -18, count: 52)),
        integratedLufs: -18,
        warnings: []
    )

    static let plan = Plan(
        model: "fake/1",
        candidatesConsidered: 12,
        moments: [moment(1, sentence: 0), moment(2, sentence: 4)],
        warnings: [Warning(code: "few-moments", detail: "Two were found.")]
    )

    private static func moment(_ rank: Int, sentence: Int) -> Plan.Moment {
        let words = (sentence * 10)...(sentence * 10 + 9)
        return Plan.Moment(
            clip: "clip-0\(rank)",
            rank: rank,
            title: "Moment \(rank)",
            startMs: sentence * 5_000,
            endMs: sentence * 5_000 + 4_950,
            firstWord: words.lowerBound,
            lastWord: words.upperBound,
            text: transcript.words[words].map(\.text).joined(separator: " "),
            score: 80,
            subscores: Plan.Subscores(hook: 80, standalone: 70.5, value: 60, shareability: 50, energy: 40),
            reason: "Opens well."
        )
    }
}

extension APIFixture {
    /// A run of the first tenant whose plan is there, waiting for its review where it asks for one.
    func makePlannedRun(review: ReviewGate = .beforeRender) async throws -> String {
        let asset = try await makeAsset(Array("source".utf8))
        var request = RunRequest(source: RunRequest.Source(assetId: asset.id))
        request.review = review
        let style = try #require(
            try await store.styleVersion(tenantId: tenantId, package: "default", version: nil)
        )
        let new = NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: asset.id,
            sourceUrl: nil,
            style: StylePin(package: style.package, version: style.version, digest: style.digest),
            options: RunOptions(filling: request)
        )
        let outcome = try await store.createRun(new, claim: nil) { run in
            StoredResponse(status: 202, headers: [:], body: Data(run.id.utf8))
        }
        guard case .fresh(let response) = outcome else { throw SampleError.notFresh }
        while true {
            for claimed in try await store.claimJobs(limit: 10, leaseSeconds: 60) {
                let artifact: NewArtifact? =
                    switch claimed.job.stage {
                    case .transcribe: try await publish(SamplePlan.transcript, "transcript", claimed)
                    case .segment: try await publish(SamplePlan.segments, "segments", claimed)
                    case .plan: try await publish(SamplePlan.plan, "plan", claimed)
                    default: nil
                    }
                let artifacts = artifact.map { [$0] } ?? []
                #expect(try await store.completeJob(claimed.lease, artifacts: artifacts))
                if claimed.job.stage == .plan { return String(decoding: response.body, as: UTF8.self) }
            }
        }
    }

    private func publish(
        _ value: some Encodable & Sendable,
        _ kind: String,
        _ claimed: ClaimedJob
    ) async throws -> NewArtifact {
        let name = ArtifactName(kind)
        let location = try #require(
            ArtifactLocation(
                tenantId: tenantId,
                runId: claimed.run.id,
                stage: claimed.job.stage.rawValue,
                attempt: claimed.job.attempt,
                name: name
            )
        )
        let content = try await artifacts.write(json: value, to: location)
        return NewArtifact(
            name: name,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
    }
}

enum SampleError: Error {
    case notFresh
}
