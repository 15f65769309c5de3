import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct RunStoreTests {
    private func claim(_ fixture: Fixture, key: String = "k1", fingerprint: UInt8 = 1) -> IdempotencyClaim {
        IdempotencyClaim(
            tenantId: fixture.tenantId,
            key: key,
            route: "POST /v1/runs",
            fingerprint: [fingerprint]
        )
    }

    @Test func `a run is accepted with its twelve jobs and its event`() async throws {
        let fixture = try await Fixture.make()

        let id = try await fixture.startRun()

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "started")
        #expect(view.jobs?.map(\.stage) == Stage.allCases.map(\.rawValue))
        #expect(view.jobs?.last?.number == "12")
        #expect(view.progress == 0)
        #expect(view.metadata == ["team": "social"])
        #expect(view.delivery.state == "pending")
        #expect(try await fixture.eventTypes(id) == ["run.started"])
    }

    @Test func `the same idempotency key gives the first answer again, another body is refused`() async throws
    {
        let fixture = try await Fixture.make()
        let (store, run) = (fixture.store, fixture.newRun())

        let first = try await store.createRun(run, claim: claim(fixture), respond: Fixture.respond)
        let second = try await store.createRun(run, claim: claim(fixture), respond: Fixture.respond)
        let other = try await store.createRun(
            run,
            claim: claim(fixture, fingerprint: 2),
            respond: Fixture.respond
        )

        guard case .fresh(let response) = first else { throw FixtureError.unexpected }
        #expect(second == .replayed(response))
        #expect(other == .reused)
        #expect(try await store.runs(tenantId: fixture.tenantId, limit: 10, after: nil).data.count == 1)
    }

    @Test func `of many requests with one key at once exactly one makes a run`() async throws {
        let fixture = try await Fixture.make()
        let (store, run, claim) = (fixture.store, fixture.newRun(), claim(fixture))

        let outcomes = try await withThrowingTaskGroup(of: IdempotencyOutcome.self) { group in
            for _ in 0..<24 {
                group.addTask { try await store.createRun(run, claim: claim, respond: Fixture.respond) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        let fresh = outcomes.count { if case .fresh = $0 { true } else { false } }
        let refused = outcomes.count { $0 == .reused }
        #expect(fresh == 1)
        #expect(refused == 0)
        #expect(try await store.runs(tenantId: fixture.tenantId, limit: 10, after: nil).data.count == 1)
    }

    @Test func `a key of yesterday is forgotten`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.store.createRun(
            fixture.newRun(),
            claim: claim(fixture),
            respond: Fixture.respond
        )
        try await fixture.database.pool.execute(
            "UPDATE idempotency_keys SET created_at = now() - interval '25 hours'"
        )

        let again = try await fixture.store.createRun(
            fixture.newRun(),
            claim: claim(fixture, fingerprint: 2),
            respond: Fixture.respond
        )

        guard case .fresh = again else { throw FixtureError.unexpected }
    }

    @Test func `pages hold every run once, newest first`() async throws {
        let fixture = try await Fixture.make()
        var ids: [String] = []
        for _ in 0..<5 { ids.append(try await fixture.startRun()) }

        var (seen, after): ([String], String?) = ([], nil)
        repeat {
            let page = try await fixture.store.runs(tenantId: fixture.tenantId, limit: 2, after: after)
            seen += page.data.map(\.id)
            after = page.next
        } while after != nil

        #expect(seen == ids.sorted().reversed())
        let none = try await fixture.store.runs(
            tenantId: fixture.tenantId,
            limit: 2,
            after: nil,
            state: .failed
        )
        #expect(none.data.isEmpty && !none.hasMore)
    }

    @Test func `another tenant sees nothing of a run`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let other = try await fixture.store.createTenant(name: "other")

        #expect(try await fixture.store.runView(tenantId: other, id: id) == nil)
        #expect(try await fixture.store.cancelRun(tenantId: other, id: id) == nil)
        #expect(try await fixture.store.runs(tenantId: other, limit: 10, after: nil).data.isEmpty)
        #expect(try await fixture.state(id) == .started)
    }

    @Test func `cancelling ends all that is under way, and doing it again changes nothing`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let task = Fixture.newTask()
        _ = try await fixture.store.mintTask(job.lease, task)
        let due = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30)
        _ = try await fixture.store.taskDispatched(due[0].lease, externalId: "x1", nextPollMs: 1_000)

        let first = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        let second = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)

        #expect(first?.state == "cancelled")
        #expect(second == first)
        #expect(try await fixture.messageTypes() == ["run.cancelled"])
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)
        let late = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [])
        )
        #expect(late == .alreadySettled)
        let cancellation = try await fixture.store.claimTaskCancellations(limit: 10, leaseSeconds: 30)
        #expect(cancellation.map(\.task.externalId) == ["x1"])
        #expect(try await fixture.store.taskCancelled(cancellation[0].lease))
        #expect(try await fixture.store.claimTaskCancellations(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `the schema itself keeps a terminal state`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)

        let error = await #expect(throws: PostgresError.self) {
            try await fixture.database.pool.execute(
                "UPDATE runs SET state = 'started', cancelled_at = NULL, finished_at = NULL WHERE id = \(id)"
            )
        }

        #expect(error?.sqlState == "RG001")
    }

    @Test func `the log of events cannot be rewritten`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()

        await #expect(throws: PostgresError.self) {
            try await fixture.database.pool.execute("DELETE FROM events")
        }
    }
}
