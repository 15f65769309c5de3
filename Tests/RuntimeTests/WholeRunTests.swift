import Artifacts
import Contracts
import Foundation
import Pipeline
import Signatures
import Store
import StudioSupport
import Testing

@testable import Runtime

@Suite struct WholeRunTests {
    @Test func `a run goes from created to fully generated, callbacks first`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        let run = try await harness.serving {
            try await harness.ended(try await harness.startRun())
        }

        #expect(run.state == "fully_generated")
        #expect(run.delivery.rendered == 2 && run.delivery.ready == 2)
        #expect(run.progress == 1)
        #expect(run.source.durationMs == FakeResults.durationMs)
        let jobs = try await harness.store.jobs(runId: run.id)
        #expect(jobs.allSatisfy { $0.state == .completed && $0.attempt == 1 })
        #expect(jobs.filter { $0.stage != .render }.allSatisfy { $0.fingerprint?.utf8.count == 64 })
        #expect(Set(jobs.compactMap(\.fingerprint)).count == 11)
        let outputs = try await harness.store.outputViews(runId: run.id)
        #expect(outputs.allSatisfy { $0.renditions.map(\.aspectRatio).count == 2 && $0.qc?.ready == true })
        #expect(outputs.first?.transcript?.words.first?.startMs == 0)
        #expect(outputs.map(\.ordinal).sorted() == [1, 2])
        #expect(outputs.allSatisfy { $0.captions.map(\.format) == ["srt", "vtt"] })
        for artifact in try await harness.store.artifacts(runId: run.id) {
            let location = try #require(ArtifactLocation(parsing: artifact.location))
            let bytes = try await harness.artifacts.data(location, bytesMax: 1 << 20)
            #expect(SHA256Digest.hex(bytes) == artifact.sha256)
        }
        #expect(try await harness.eventTypes(run.id, "delivery.completed") == 1)
        #expect(try await harness.eventTypes(run.id, "run.analysis_completed") == 1)
    }

    @Test func `what the provider is told is enough to do the work`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let tasks = harness.provider.submitted
        func inputs(_ kind: ProviderTask.Kind) -> [String] {
            tasks.first { $0.kind == kind }?.inputs.map(\.name) ?? []
        }
        #expect(inputs(.transcode) == ["source"])
        #expect(inputs(.segment) == ["media.mp4", "audio.wav", "transcript.json"])
        #expect(inputs(.prepareMedia) == ["media.mp4", "plan.json"])
        #expect(inputs(.framing).count == 5)
        #expect(inputs(.audioPlan).contains("transcript.json") && inputs(.audioPlan).count == 6)
        #expect(inputs(.render).contains { $0.hasPrefix("asset/") && $0.hasSuffix(".png") })
        #expect(inputs(.render).contains { $0.hasPrefix("clip-media/") && $0.hasSuffix(".mp4") })
        #expect(tasks.filter { $0.kind == .render }.allSatisfy { $0.parameters.short?.canvases.count == 2 })
        #expect(tasks.allSatisfy { $0.callbackUrl.hasPrefix("http://127.0.0.1:1/v1/callbacks/worker/") })
        #expect(Set(tasks.map(\.uploadUrl)).count == 8)
    }

    @Test func `a callback that comes a hundred times counts once`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 100) }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(try await harness.eventTypes(run.id, "job.completed") == 12)
        #expect(try await harness.eventTypes(run.id, "output.rendered") == 2)
        #expect(try await harness.eventTypes(run.id, "delivery.completed") == 1)
    }

    @Test func `losing every callback costs time, never a run`() async throws {
        let harness = try await Harness { _, _ in .workUnheard }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(harness.provider.submitted.count == 8)
    }

    @Test func `losing every answer to a dispatch starts no work twice`() async throws {
        let harness = try await Harness { _, _ in .workUnanswered }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        let tasks = harness.provider.submitted
        #expect(tasks.count == 16)
        #expect(Set(tasks.map(\.taskId)).count == 8)
        #expect(tasks.allSatisfy { $0.attempt == 1 })
    }

    @Test func `a busy provider is asked again until it has room`() async throws {
        let harness = try await Harness { _, dispatches in dispatches < 2 ? .busy : .work(callbacks: 1) }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
    }
}
