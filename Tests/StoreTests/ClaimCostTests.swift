import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

/// What taking deliveries reads, however many there are that cannot be taken.
@Suite struct ClaimCostTests {
    private func order(_ fixture: Fixture, _ endpoint: EndpointRecord) async throws {
        _ = try await fixture.store.updateEndpoint(tenantId: fixture.tenantId, id: endpoint.id) {
            $0.ordering = .run
        }
    }

    private func rowsRead(_ fixture: Fixture, limit: Int) async throws -> Int {
        let statement = fixture.store.claim(
            limit: limit,
            leaseSeconds: 30,
            perEndpointMax: limit,
            endpointLimits: [:]
        )
        return try await RowsRead.of("deliveries", in: fixture.database.pool) { try $0.query(statement) }
    }

    @Test func `messages that wait behind the first of their run are not looked at`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await order(fixture, endpoint)
        try await fixture.fill(
            endpoint,
            count: 5_000,
            prefix: "long",
            state: "'pending'",
            order: ("'run_' || n % 3", "n")
        )
        // The first of one run waits for its next attempt, so all behind it wait too.
        try await fixture.database.pool.execute(
            "UPDATE deliveries SET next_attempt_at = now() + interval '1 hour' WHERE id = 'dlv_long1'"
        )
        try await fixture.fill(endpoint, count: 2, prefix: "free", state: "'pending'")

        #expect(try await rowsRead(fixture, limit: 10) < 100)
        let claimed = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)

        let ids = claimed.map(\.deliveryId)
        #expect(ids.sorted() == ["dlv_free1", "dlv_free2", "dlv_long2", "dlv_long3"])
        // What is under way holds those behind it back.
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
        for delivery in claimed where delivery.deliveryId.hasPrefix("dlv_long") {
            #expect(
                try await fixture.store.finishDelivery(
                    delivery.lease,
                    attempt: Fixture.attempt(1),
                    next: .done
                )
            )
        }
        let next = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(next.map(\.deliveryId).sorted() == ["dlv_long5", "dlv_long6"])
    }

    @Test func `of many ordered runs no more are looked at than are taken`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await order(fixture, endpoint)
        try await fixture.fill(
            endpoint,
            count: 5_000,
            prefix: "run",
            state: "'pending'",
            order: ("'run_' || lpad((n / 2)::text, 5, '0')", "n")
        )

        #expect(try await rowsRead(fixture, limit: 10) < 100)

        var claimed: [String] = []
        for _ in 0..<3 {
            claimed += try await fixture.store.claimDeliveries(limit: 5, leaseSeconds: 30).map(\.deliveryId)
        }
        #expect(claimed == ["dlv_run1"] + (1..<15).map { "dlv_run\($0 * 2)" })
    }

    @Test func `runs whose first message waits for its next attempt are not looked at`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await order(fixture, endpoint)
        try await fixture.fill(
            endpoint,
            count: 6_000,
            prefix: "run",
            state: "'pending'",
            order: ("'run_' || lpad((n / 2)::text, 5, '0')", "n")
        )
        try await fixture.database.pool.execute(
            """
            UPDATE deliveries
            SET attempts = 1, next_attempt_at = now() + interval '1 hour'
            WHERE NOT has_earlier AND ordered_run < 'run_03000'
            """
        )
        try await fixture.database.pool.query("ANALYZE deliveries")

        #expect(try await rowsRead(fixture, limit: 10) < 100)

        let claimed = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.deliveryId) == ["dlv_run6000"])
    }

    @Test func `a start and the loss of a gateway read the leases, not what waits or has ended`() async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5_000, prefix: "ended")
        try await fixture.fill(endpoint, count: 5_000, prefix: "waiting", state: "'pending'")
        let mark = LeaseMark()
        let gone = Store(
            pool: fixture.database.pool,
            links: TestLinks.minter,
            leaseMark: mark,
            jitter: { 0.5 }
        )
        #expect(try await gone.claimDeliveries(limit: 3, leaseSeconds: 600).count == 3)
        #expect(try await fixture.store.claimDeliveries(limit: 2, leaseSeconds: 600).count == 2)
        try await fixture.database.pool.query("ANALYZE deliveries")

        let pool = fixture.database.pool
        let atLoss = try await RowsRead.of("deliveries", in: pool) { transaction in
            guard try Store.free(transaction, marks: [mark.text]) == 3 else { throw FixtureError.unexpected }
        }
        let atStart = try await RowsRead.of("deliveries", in: pool) { transaction in
            guard try Store.free(transaction, marks: nil) == 5 else { throw FixtureError.unexpected }
        }

        #expect(atLoss < 50 && atStart < 50, "\(atLoss) \(atStart)")
    }
}
