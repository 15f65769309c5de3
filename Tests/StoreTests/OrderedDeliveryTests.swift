import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

/// Which message of an ordered run is its first, whoever comes and ends at the same time.
@Suite struct OrderedDeliveryTests {
    private func orderedEndpoint(_ fixture: Fixture) async throws -> EndpointRecord {
        let endpoint = try await fixture.addEndpoint()
        let updated = try await fixture.store.updateEndpoint(tenantId: fixture.tenantId, id: endpoint.id) {
            $0.ordering = .run
        }
        return try #require(updated)
    }

    /// Writes messages of one run, which come after those that there are.
    private func fill(
        _ fixture: Fixture,
        _ endpoint: EndpointRecord,
        _ prefix: String,
        _ count: Int = 1
    ) async throws {
        try await fixture.fill(
            endpoint,
            count: count,
            prefix: prefix,
            state: "'pending'",
            order: ("'run_1'", "(SELECT nextval('deliveries_order')) * 1000 + n")
        )
    }

    private func claim(_ fixture: Fixture) async throws -> [ClaimedDelivery] {
        try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
    }

    private func finish(
        _ fixture: Fixture,
        _ delivery: ClaimedDelivery,
        _ outcome: NewAttempt.Outcome = .delivered,
        next: DeliveryNext = .done
    ) async throws {
        let attempt = Fixture.attempt(delivery.attemptNumber, outcome)
        #expect(try await fixture.store.finishDelivery(delivery.lease, attempt: attempt, next: next))
    }

    /// Until a session waits for a lock of another.
    private func untilOneWaits(_ fixture: Fixture) async throws {
        let waits: SQL = """
            SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        let end = ContinuousClock.now + .seconds(20)
        while try await fixture.database.pool.query(waits).isEmpty {
            try #require(ContinuousClock.now < end, "nobody waits")
            await Task.yield()
        }
    }

    private func waiting(_ fixture: Fixture) async throws -> [String] {
        try await fixture.database.pool.query(
            "SELECT id FROM deliveries WHERE has_earlier AND state = 'pending' ORDER BY ordered_place"
        ).map { try $0.get("id") }
    }

    @Test func `all but the first of a run wait, and each end lets the next go`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a", 3)

        #expect(try await waiting(fixture) == ["dlv_a2", "dlv_a3"])
        let first = try #require(try await claim(fixture).first)
        try await finish(fixture, first, .rejected, next: .retry(afterMs: 3_600_000))
        #expect(try await waiting(fixture) == ["dlv_a2", "dlv_a3"])
        #expect(try await claim(fixture).isEmpty)

        try await fixture.skipDelays()
        try await finish(fixture, try #require(try await claim(fixture).first), .rejected, next: .exhausted)

        #expect(try await waiting(fixture) == ["dlv_a3"])
        try await finish(fixture, try #require(try await claim(fixture).first))
        #expect(try await claim(fixture).map(\.deliveryId) == ["dlv_a3"])
    }

    @Test func `a message that is written while the first of its run ends is not left behind`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a")
        let first = try #require(try await claim(fixture).first)
        try await fixture.database.pool.execute(
            "INSERT INTO messages (id, tenant_id, event_type, payload) VALUES ('msg_b', \(fixture.tenantId), 'x', 'x')"
        )

        var ending: Task<Bool, any Error>?
        try await HeldTransaction.during(
            """
            INSERT INTO deliveries (id, message_id, endpoint_id, ordered_run, ordered_place)
            VALUES ('dlv_b', 'msg_b', \(endpoint.id), 'run_1', 9000000)
            """,
            in: fixture.database,
            commits: true
        ) {
            ending = Task {
                try await fixture.store.finishDelivery(first.lease, attempt: Fixture.attempt(1), next: .done)
            }
            try await untilOneWaits(fixture)
        }

        #expect(try await ending?.value == true)
        #expect(try await claim(fixture).map(\.deliveryId) == ["dlv_b"])
    }

    @Test func `a message does not wait for one that is ending, and goes when that has ended`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a")

        try await HeldTransaction.during(
            "UPDATE deliveries SET state = 'delivered', next_attempt_at = NULL, finished_at = now()",
            in: fixture.database,
            commits: true
        ) {
            try await fill(fixture, endpoint, "b")
            #expect(try await claim(fixture).isEmpty)
        }

        #expect(try await claim(fixture).map(\.deliveryId) == ["dlv_b1"])
    }

    @Test func `an end that is taken back lets nobody go`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a")

        try await HeldTransaction.during(
            "UPDATE deliveries SET state = 'delivered', next_attempt_at = NULL, finished_at = now()",
            in: fixture.database
        ) {
            try await fill(fixture, endpoint, "b")
        }

        #expect(try await claim(fixture).map(\.deliveryId) == ["dlv_a1"])
        #expect(try await claim(fixture).isEmpty)
    }

    @Test func `two of a run that end at once let the rest go`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a", 4)
        let first = try #require(try await claim(fixture).first)
        try await finish(fixture, first)
        let second = try #require(try await claim(fixture).first)
        // Its owner wants the first again while the second is under way.
        _ = try await fixture.replay(message: first.messageId)
        let again = try #require(try await claim(fixture).first)
        #expect(again.deliveryId == first.deliveryId)

        var ending: Task<Void, any Error>?
        try await HeldTransaction.during(
            """
            UPDATE deliveries SET state = 'delivered', next_attempt_at = NULL, finished_at = now(), lease_token = NULL,
                lease_until = NULL
            WHERE id = \(again.deliveryId)
            """,
            in: fixture.database,
            commits: true
        ) {
            ending = Task { try await finish(fixture, second) }
            try await untilOneWaits(fixture)
        }

        try await ending?.value
        var rest: [String] = []
        while let next = try await claim(fixture).first {
            rest.append(next.deliveryId)
            try await finish(fixture, next)
        }
        #expect(rest == ["dlv_a3", "dlv_a4"])
    }

    @Test func `messages of a run that are sent again go in their order`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await orderedEndpoint(fixture)
        try await fill(fixture, endpoint, "a", 3)
        while let next = try await claim(fixture).first { try await finish(fixture, next) }

        let view = try await fixture.replay(
            endpoint,
            ReplaySelection(states: [.delivered], since: Date().addingTimeInterval(-3_600))
        )

        #expect(view?.replayed == 3)
        var order: [String] = []
        while let next = try await claim(fixture).first {
            order.append(next.deliveryId)
            #expect(try await claim(fixture).isEmpty)
            try await finish(fixture, next)
        }
        #expect(order == ["dlv_a1", "dlv_a2", "dlv_a3"])
    }

    @Test func `messages that wait when the step is applied go in their order`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let before = Migration.embedded.filter { $0.version < 45 }
        try await Migrator(pool: database.pool, migrations: before).run()
        let store = Store(pool: database.pool, links: TestLinks.minter)
        try await database.pool.transaction { transaction in
            try transaction.run(
                script: """
                    INSERT INTO tenants (id, name) VALUES ('ten_1', 'acme');
                    INSERT INTO endpoints (id, tenant_id, url, event_types, secret, ordering)
                    VALUES ('end_1', 'ten_1', 'https://a.test', '{}', 'whsec_x', 'run');
                    INSERT INTO messages (id, tenant_id, event_type, payload)
                    SELECT 'msg_' || n, 'ten_1', 'run.failed', '{}' FROM generate_series(1, 4) AS numbers (n);
                    INSERT INTO deliveries (id, message_id, endpoint_id, ordered_run, ordered_place)
                    SELECT 'dlv_' || n, 'msg_' || n, 'end_1', 'run_' || n % 2, n
                    FROM generate_series(1, 4) AS numbers (n);
                    """
            )
        }

        try await store.migrate()

        var order: [String] = []
        while case let due = try await store.claimDeliveries(limit: 10, leaseSeconds: 30), !due.isEmpty {
            #expect(due.count == 2)
            for delivery in due {
                order.append(delivery.deliveryId)
                _ = try await store.finishDelivery(delivery.lease, attempt: Fixture.attempt(1), next: .done)
            }
        }
        #expect(order.count == 4 && Set(order.prefix(2)) == ["dlv_1", "dlv_2"])
    }
}
