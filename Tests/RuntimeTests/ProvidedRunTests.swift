import Artifacts
import Contracts
import Foundation
import Pipeline
import Signatures
import Store
import StudioSupport
import Testing

@testable import Runtime

@Suite struct ProvidedRunTests {
    /// Keeps a file as the API keeps a transcript that came with a run.
    private func file(_ text: String, _ harness: Harness) async throws -> ProvidedInput.TranscriptFile {
        let bytes = Array(text.utf8)
        let sha256 = SHA256Digest.hex(bytes)
        let location = try #require(ArtifactLocation(tenantId: harness.tenantId, assetSha256: sha256))
        try await harness.artifacts.write(bytes, to: location)
        let asset = try await harness.store.insertAsset(
            tenantId: harness.tenantId,
            sha256: sha256,
            sizeBytes: Int64(bytes.count),
            location: location.path
        )
        return ProvidedInput.TranscriptFile(
            assetId: asset.id,
            sha256: sha256,
            sizeBytes: asset.sizeBytes,
            location: location.path
        )
    }

    private static let srt = (0..<10).map { index in
        """
        \(index + 1)
        00:00:\(index < 5 ? "0" : "")\(index * 2),000 --> 00:00:\(index < 5 ? "0" : "")\(index * 2 + 1),900
        This is cue number \(index) of ten.
        """
    }.joined(separator: "\n\n")

    @Test func `a brought transcript is taken, and no transcription is asked for`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let moments = [
            ProvidedInput.Moment(startMs: 4_000, endMs: 7_950, title: "Mine", hashtags: ["one"]),
            ProvidedInput.Moment(startMs: 10_000, endMs: 13_950, hook: "Wait for it"),
        ]
        let provided = ProvidedInput(transcript: try await file(Self.srt, harness), moments: moments)

        let run = try await harness.serving {
            try await harness.ended(
                try await harness.startRun(language: "en", provided: provided)
            )
        }

        #expect(run.state == "fully_generated", "\(String(describing: run.error))")
        #expect(run.provided == RunView.Provided(transcript: true, moments: 2))
        #expect(!harness.provider.submitted.contains { $0.kind == .transcribe })
        let jobs = try await harness.store.jobs(runId: run.id)
        let transcribe = try #require(jobs.first { $0.stage == .transcribe })
        #expect(transcribe.provider == "provided" && transcribe.fingerprint != nil)
        #expect(transcribe.warnings.map(\.code) == ["word-times-estimated"])
        let plan = try #require(jobs.first { $0.stage == .plan })
        #expect(plan.provider == "provided")
        let outputs = try await harness.store.outputViews(runId: run.id)
        #expect(outputs.map(\.title).contains("Mine") && outputs.count == 2)
        #expect(outputs.map(\.rank) == [1, 2])
    }

    @Test func `a transcript that runs past the source fails the run and says where`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let json = #"{"language":"en","words":[{"text":"late","start_ms":30000,"end_ms":30400}]}"#
        let provided = ProvidedInput(transcript: try await file(json, harness))

        let run = try await harness.serving {
            try await harness.ended(try await harness.startRun(provided: provided))
        }

        #expect(run.state == "failed" && run.error?.slug == "transcript-invalid")
        #expect(run.error?.errors?.map(\.pointer) == ["/words/0/end_ms"])
    }

    @Test func `a transcript without a language fails the run`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let provided = ProvidedInput(transcript: try await file(Self.srt, harness))

        let run = try await harness.serving {
            try await harness.ended(try await harness.startRun(provided: provided))
        }

        #expect(run.state == "failed" && run.error?.slug == "transcript-invalid")
        #expect(run.error?.errors?.map(\.pointer) == ["/language"])
    }

    @Test func `moments outside of the source fail the run and are named`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let moments = [
            ProvidedInput.Moment(startMs: 0, endMs: 4_000),
            ProvidedInput.Moment(startMs: 19_000, endMs: 40_000),
            ProvidedInput.Moment(startMs: 16_500, endMs: 19_600),
        ]

        let run = try await harness.serving {
            try await harness.ended(
                try await harness.startRun(provided: ProvidedInput(moments: moments))
            )
        }

        #expect(run.state == "failed" && run.error?.slug == "moments-invalid")
        let pointers = run.error?.errors?.map(\.pointer) ?? []
        #expect(
            Set(pointers) == ["/moments/1/end_ms", "/moments/1", "/moments/2/start_ms", "/moments/2"]
        )
    }

    @Test func `what was brought is a part of the fingerprint`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        var fingerprints: [String?] = []
        for end in [4_000, 4_400] {
            let provided = ProvidedInput(moments: [ProvidedInput.Moment(startMs: 0, endMs: end)])
            let run = try await harness.serving {
                try await harness.ended(try await harness.startRun(provided: provided))
            }
            #expect(run.state == "fully_generated", "\(String(describing: run.error))")
            fingerprints.append(
                try await harness.store.jobs(runId: run.id).first { $0.stage == .plan }?.fingerprint
            )
        }
        #expect(fingerprints[0] != nil && fingerprints[0] != fingerprints[1])
    }
}
