import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Shorts that are rendered without some of their ratios.
@Suite struct PartRenderTests {
    private func settle(
        _ fixture: Fixture,
        _ task: NewTask,
        attempt: Int,
        isRetryable: Bool
    ) async throws -> Settled {
        let name = ArtifactName("rendition", clip: "clip-01", variant: "9x16", fileExtension: "mp4")
        let rendition = NewRendition(
            aspectRatio: .portrait,
            artifactName: name,
            thumbnailName: nil,
            width: 1_080,
            height: 1_920,
            durationMs: 30_000
        )
        return try await fixture.store.settleTask(
            taskId: task.id,
            attempt: attempt,
            outcome: .completed(
                artifacts: [try Fixture.artifact(name.description)],
                qc: QualityReport(
                    clip: "clip-01",
                    checks: [.init(name: "rendered", aspectRatio: .square, passed: false, detail: "no")]
                ),
                renditions: [rendition],
                lack: Problem(.renderFailed, detail: "1:1: no", retryable: isRetryable)
            )
        )
    }

    @Test func `a part is published by the last attempt alone`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        for attempt in 1..<RetryPolicy.of(.broken).attemptsMax {
            #expect(try await settle(fixture, tasks[0], attempt: attempt, isRetryable: true) == .applied)
            let output = try #require(try await fixture.store.outputs(runId: id).first)
            #expect(output.state == .pending && output.renditions.isEmpty && output.qc == nil)
            let task = try #require(try await fixture.store.task(id: tasks[0].id))
            #expect(task.attempt == attempt + 1 && task.failures == attempt)
            #expect(task.problem?.detail == "1:1: no")
        }
        let rendition = try await fixture.store.artifacts(runId: id).first { $0.stage == .render }
        #expect(rendition == nil)

        #expect(try await settle(fixture, tasks[0], attempt: 3, isRetryable: true) == .applied)

        let output = try #require(try await fixture.store.outputs(runId: id).first)
        #expect(output.state == .rendered && output.renditions.map(\.aspectRatio) == [.portrait])
        #expect(output.qc?.ready == false && output.problem == nil)
        #expect(try await fixture.state(id) == .fullyGenerated)
        #expect(try await fixture.messageTypes().prefix(2) == ["delivery.completed", "output.rendered"])
        #expect(try await settle(fixture, tasks[0], attempt: 3, isRetryable: true) == .alreadySettled)
    }

    @Test func `nobody shares a part`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        try await fixture.database.pool.execute("UPDATE outputs SET fingerprint = 'f1'")

        #expect(try await settle(fixture, tasks[0], attempt: 1, isRetryable: false) == .applied)

        #expect(try await fixture.store.outputs(runId: id).map(\.state) == [.rendered])
        let found = try await fixture.store.reusableOutput(tenantId: fixture.tenantId, fingerprint: "f1")
        #expect(found == nil)
    }
}
