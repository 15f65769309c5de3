import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// How many of the rendered shorts are ready to post.
@Suite struct ReadyShareTests {
    private func end(
        _ fixture: Fixture,
        _ task: NewTask,
        passed: Bool?
    ) async throws -> Settled {
        let qc = passed.map { passed in
            QualityReport(
                clip: "clip-01",
                checks: [.init(name: "loudness", aspectRatio: .square, passed: passed, detail: "-14 LUFS")]
            )
        }
        return try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [], qc: qc)
        )
    }

    private func counts(_ fixture: Fixture) -> [String: Int] {
        let counts = fixture.store.shorts.snapshot.map { ($0.verdict.rawValue, $0.count) }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    @Test func `a run, its events, the counters and its provider tell how many shorts are ready`()
        async throws
    {
        let fixture = try await Fixture.make()
        _ = try await fixture.addEndpoint(["delivery.*"])
        let (id, tasks) = try await fixture.render(shorts: 5)
        #expect(counts(fixture) == ["ready": 0, "not_ready": 0, "unmeasured": 0, "failed": 0])

        #expect(try await end(fixture, tasks[0], passed: true) == .applied)
        #expect(try await end(fixture, tasks[1], passed: false) == .applied)
        #expect(try await end(fixture, tasks[2], passed: nil) == .applied)
        #expect(try await end(fixture, tasks[3], passed: true) == .applied)
        // What is told again counts once.
        #expect(try await end(fixture, tasks[3], passed: true) == .alreadySettled)
        let under = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(under.delivery.rendered == 4 && under.delivery.ready == 2)
        _ = try await fixture.store.settleTask(
            taskId: tasks[4].id,
            attempt: 1,
            outcome: .failed(Problem(.renderFailed, detail: "no", retryable: false), isRetryable: false)
        )

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.delivery.rendered == 4 && view.delivery.ready == 2 && view.delivery.failed == 1)
        let messages = try await fixture.store.messages(tenantId: fixture.tenantId, limit: 100, after: nil)
        let closing = try #require(messages.data.first { $0.eventType == "delivery.partially_failed" })
        let envelope = try await WireJSON.decode(EventEnvelope.self, from: fixture.payload(of: closing.id))
        #expect(envelope.data.run?.delivery == view.delivery)
        #expect(counts(fixture) == ["ready": 2, "not_ready": 1, "unmeasured": 1, "failed": 1])
        let standing = try await fixture.store.standing(of: "worker")
        #expect(standing.shorts == ProviderView.Shorts(ready: 2, notReady: 1, unmeasured: 1))
        #expect(try await fixture.store.standing(of: "other").shorts == ProviderView.Shorts())
    }

    @Test func `a short that is tried again, or whose run is cancelled, is not counted`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)

        _ = try await fixture.store.settleTask(
            taskId: tasks[0].id,
            attempt: 1,
            outcome: .failed(Problem(.renderFailed, detail: "no", retryable: true), isRetryable: true)
        )
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)

        #expect(counts(fixture).values.allSatisfy { $0 == 0 })
    }

    @Test func `a provider is judged by what it rendered itself in the last day`() async throws {
        let fixture = try await Fixture.make()
        let (_, tasks) = try await fixture.render(shorts: 3)
        for task in tasks { _ = try await end(fixture, task, passed: true) }
        let pool = fixture.database.pool
        try await pool.execute("UPDATE outputs SET reused_from = id WHERE ordinal = 1")
        try await pool.execute(
            "UPDATE tasks SET finished_at = now() - interval '25 hours' WHERE id = \(tasks[1].id)"
        )

        #expect(
            try await fixture.store.standing(of: "worker").shorts == ProviderView.Shorts(ready: 1)
        )
    }
}
