import Contracts
import Postgres
import TestSupport
import Testing

@testable import Store

/// What the looks at all that waits read, however much that is.
@Suite struct BacklogCostTests {
    /// An endpoint with 10,000 deliveries that wait for their time, half of them in ordered runs, and one that is due.
    private func fixture() async throws -> (Fixture, EndpointRecord) {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5_000, prefix: "late", state: "'pending'")
        try await fixture.fill(
            endpoint,
            count: 5_000,
            prefix: "run",
            state: "'pending'",
            order: ("'run_' || n / 2", "n")
        )
        let pool = fixture.database.pool
        try await pool.execute("UPDATE deliveries SET next_attempt_at = now() + interval '1 hour'")
        try await pool.execute(
            "UPDATE deliveries SET next_attempt_at = now() - interval '20 days' WHERE id IN ('dlv_late7', 'dlv_run7')"
        )
        try await pool.query("VACUUM ANALYZE deliveries")
        return (fixture, endpoint)
    }

    private func pages(_ fixture: Fixture, _ statement: SQL, finds count: Int) async throws -> Int {
        try await RowsRead.pages(ofIndex: "deliveries_due", in: fixture.database.pool) { transaction in
            guard try transaction.execute(statement) == count else { throw FixtureError.unexpected }
        }
    }

    @Test func `counting what is due does not look at what waits for its time`() async throws {
        let (fixture, _) = try await fixture()

        #expect(try await fixture.store.deliveryBacklog(perEndpointMax: 10) == [fixture.tenantId: 2])
        #expect(try await pages(fixture, Store.backlog(perEndpointMax: 10), finds: 1) < 20)
    }

    @Test func `ending what was held too long does not look at what was not`() async throws {
        let (fixture, endpoint) = try await fixture()
        _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: endpoint.id)

        #expect(try await pages(fixture, Store.expiry(olderThanDays: 14, limit: 100), finds: 2) < 20)
        #expect(try await fixture.store.expireHeldDeliveries(olderThanDays: 14, limit: 100) == 2)
    }
}
