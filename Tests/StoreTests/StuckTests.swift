import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct StuckTests {
    private func found(_ fixture: Fixture) async throws -> [String] {
        try await fixture.store.stuck(olderThanSeconds: 900).data.map { "\($0.kind.rawValue): \($0.reason)" }
    }

    /// Puts times of a table an hour back.
    private func age(_ fixture: Fixture, _ table: String, _ columns: String...) async throws {
        for column in columns {
            try await fixture.database.pool.execute(
                """
                UPDATE \(unescaped: table)
                SET \(unescaped: column) = \(unescaped: column) - interval '1 hour'
                WHERE \(unescaped: column) IS NOT NULL
                """
            )
        }
    }

    @Test func `a ready job that nobody takes, and one whose gateway is gone`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        #expect(try await found(fixture).isEmpty)
        try await age(fixture, "jobs", "not_before")

        #expect(try await found(fixture) == ["job: the stage is ready, and no gateway has taken it"])
        _ = try await fixture.claimOne()
        #expect(try await found(fixture).isEmpty)
        try await age(fixture, "jobs", "lease_until")
        #expect(
            try await found(fixture).first?.hasPrefix("job: the gateway that had the stage is gone") == true
        )
    }

    @Test func `tasks that wait say for what`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let task = try #require(try await fixture.store.mintTask(job.lease, Fixture.newTask()))
        try await age(fixture, "tasks", "created_at")
        #expect(try await found(fixture) == ["task: the provider has not taken the task yet"])

        let lease = try #require(try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30).first)
            .lease
        _ = try await fixture.store.taskDispatched(lease, externalId: "x", nextPollMs: 60_000)
        #expect(try await found(fixture).isEmpty)
        try await age(fixture, "tasks", "dispatched_at")
        #expect(try await found(fixture) == ["task: the provider says that it still works on the task"])
        try await age(fixture, "tasks", "next_action_at")
        #expect(try await found(fixture) == ["task: the task is due, and no gateway has taken it"])
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        try await age(fixture, "tasks", "cancel_at")
        #expect(
            try await found(fixture) == [
                "task: the task is abandoned, and its provider has not been told yet"
            ]
        )
        #expect(try await fixture.store.stuck(olderThanSeconds: 900).data.first?.id == task.id)
    }

    @Test func `a run of which nothing is under way`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        try await fixture.database.pool.execute("UPDATE jobs SET waits_for = 1 WHERE position = 1")
        try await age(fixture, "runs", "started_at")

        let stuck = try await fixture.store.stuck(olderThanSeconds: 900)

        #expect(stuck.data.map(\.id) == [id])
        #expect(stuck.data.first?.reason == "nothing of the run is under way or due")
        #expect(stuck.data.first?.remedy.isEmpty == false)
    }

    @Test func `reconciling frees leases that ran out, and keeps the others`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let job = try await fixture.claimOne()
        #expect(try await fixture.store.reconcile(.all)?.leases == 0)
        try await fixture.expireLeases("jobs")

        #expect(try await fixture.store.reconcile(.run(job.run.id))?.leases == 1)
        #expect(try await fixture.store.reconcile(.run("run_none")) == nil)
        #expect(try await fixture.claimOne().job.attempt == 2)
    }
}
