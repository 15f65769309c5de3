import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// A connection that breaks while its transaction commits: nobody knows what became of it.
@Suite struct CommitLossTests {
    /// What the server says when a statement or a transaction has taken effect.
    private static let tags = ["COMMIT\0", "SELECT 1\0", "INSERT 0 1\0"]

    @Test func `a run that may have been accepted is accepted once, by sending it again with its key`()
        async throws
    {
        let fixture = try await Fixture.make()
        let proxy = try PostgresProxy(fixture.database.connectionString)
        let pool = PostgresPool(proxy.connectionString)
        let store = Store(pool: pool, links: TestLinks.minter)
        var replays = 0
        for (number, tag) in Self.tags.enumerated() {
            let claim = IdempotencyClaim(
                tenantId: fixture.tenantId,
                key: "key-\(number)",
                route: "POST /v1/runs",
                fingerprint: [1, 2, 3]
            )
            proxy.behave(.cutting(tag: tag))
            let before = proxy.cuts
            do {
                _ = try await store.createRun(fixture.newRun(), claim: claim, respond: Fixture.respond)
            } catch {
                #expect(Store.isAway(error), "\(error)")
            }
            let wasCut = proxy.cuts > before
            proxy.behave(.forwarding)

            let answer = try await send(fixture, claim)
            let again = try await send(fixture, claim)

            let first: StoredResponse
            switch answer {
            case .fresh(let response): first = response
            case .replayed(let response):
                first = response
                if wasCut { replays += 1 }
            default: throw FixtureError.unexpected
            }
            guard case .replayed(let second) = again else { throw FixtureError.unexpected }
            #expect(first.body == second.body)
        }
        let runs = try await fixture.store.runs(
            tenantId: fixture.tenantId,
            limit: 100,
            after: nil,
            state: nil
        )
        #expect(runs.data.count == Self.tags.count)
        #expect(replays > 0)
        pool.close()
        proxy.close()
    }

    /// Sends a run until its key is not in use: the server may take its time to notice that a client is gone.
    private func send(_ fixture: Fixture, _ claim: IdempotencyClaim) async throws -> IdempotencyOutcome {
        while true {
            let outcome = try await fixture.store.createRun(
                fixture.newRun(),
                claim: claim,
                respond: Fixture.respond
            )
            guard case .inUse = outcome else { return outcome }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `an end of a job that may have been written is written once`() async throws {
        let fixture = try await Fixture.make()
        let proxy = try PostgresProxy(fixture.database.connectionString)
        let pool = PostgresPool(proxy.connectionString)
        let store = Store(pool: pool, links: TestLinks.minter)
        let runId = try await fixture.startRun()
        let job = try await fixture.claimOne()
        try await store.ping()
        proxy.behave(.cutting(tag: "COMMIT\0"))

        let error = await #expect(throws: PostgresError.self) {
            try await store.completeJob(job.lease, artifacts: [])
        }
        #expect(error.map { Store.isAway($0) } == true)
        proxy.behave(.forwarding)

        // The token was good for once, and the event is there once.
        #expect(try await !fixture.store.completeJob(job.lease, artifacts: []))
        #expect(try await fixture.eventTypes(runId).count { $0 == "job.completed" } == 1)
        pool.close()
        proxy.close()
    }
}
