import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite struct MessageRetentionTests {
    private static let days = 30

    /// A message that is `age` days old, with a delivery in `state` that ended `endedAge` days ago.
    private func add(
        _ fixture: Fixture,
        to endpoint: EndpointRecord,
        age: Int,
        state: String = "delivered",
        endedAge: Int? = nil
    ) async throws -> String {
        let seconds = Double(age) * 86_400
        let id = ResourceID.make(.message, now: Date().addingTimeInterval(-seconds))
        let isEnded = state != "pending"
        try await fixture.database.pool.execute(
            """
            WITH told AS (
                INSERT INTO messages (id, tenant_id, event_type, payload, created_at)
                VALUES (\(id), \(fixture.tenantId), 'run.failed', '{}', now() - \(age) * interval '1 day')
            ), sent AS (
                INSERT INTO deliveries (id, message_id, endpoint_id, state, attempts, next_attempt_at, finished_at)
                VALUES (\(ResourceID.make(.delivery)), \(id), \(endpoint.id), \(state), 1,
                    CASE WHEN NOT \(isEnded) THEN now() END,
                    CASE WHEN \(isEnded) THEN now() - \(endedAge ?? age) * interval '1 day' END)
                RETURNING id
            )
            INSERT INTO delivery_attempts (delivery_id, number, outcome, started_at, duration_ms)
            SELECT id, 1, 'delivered', now(), 1 FROM sent
            """
        )
        return id
    }

    private func kept(_ fixture: Fixture) async throws -> Set<String> {
        Set(
            try await fixture.store.messages(tenantId: fixture.tenantId, limit: 100, after: nil).data.map(
                \.id
            )
        )
    }

    private func rows(_ fixture: Fixture, _ table: String) async throws -> Int {
        try await fixture.database.pool.query("SELECT count(*) AS n FROM \(unescaped: table)")[0].get("n")
    }

    @Test func `an old message goes with all that came of it, when nothing of it is pending or young`()
        async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        _ = try await add(fixture, to: endpoint, age: 31)
        _ = try await add(fixture, to: endpoint, age: 60, state: "exhausted")
        let stays = [
            try await add(fixture, to: endpoint, age: 40, state: "pending"),
            try await add(fixture, to: endpoint, age: 40, endedAge: 29),
            try await add(fixture, to: endpoint, age: 29),
        ]

        let step = try await fixture.store.removeMessages(olderThanDays: Self.days, after: nil, limit: 100)

        #expect(step.removed == 2 && step.lookedAt == 4 && step.next == nil)
        #expect(try await kept(fixture) == Set(stays))
        #expect(try await rows(fixture, "deliveries") == 3)
        #expect(try await rows(fixture, "delivery_attempts") == 3)
    }

    @Test func `each step looks at so many and goes on behind those that stay`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let stays = try await add(fixture, to: endpoint, age: 60, state: "pending")
        for age in [50, 45, 40] { _ = try await add(fixture, to: endpoint, age: age) }
        _ = try await add(fixture, to: endpoint, age: 1)

        var (steps, next) = ([Int](), String?.none)
        repeat {
            let step = try await fixture.store.removeMessages(
                olderThanDays: Self.days,
                after: next,
                limit: 1
            )
            #expect(step.lookedAt <= 1)
            steps.append(step.removed)
            next = step.next
        } while next != nil

        #expect(steps == [0, 1, 1, 1, 0])
        #expect(try await kept(fixture).contains(stays))
        #expect(try await rows(fixture, "messages") == 2)
    }

    @Test func `a step keeps to a number of rows with their attempts, and goes on behind`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        for age in [60, 50, 45, 40] { _ = try await add(fixture, to: endpoint, age: age) }
        try await fixture.database.pool.execute("UPDATE deliveries SET attempts = 8")
        try await fixture.database.pool.execute(
            "UPDATE deliveries SET attempts = 500 WHERE message_id = (SELECT min(id) FROM messages)"
        )

        var (steps, next) = ([Int](), String?.none)
        repeat {
            let step = try await fixture.store.removeMessages(
                olderThanDays: Self.days,
                after: next,
                limit: 100,
                rowsMax: 20
            )
            steps.append(step.removed)
            next = step.next
        } while next != nil

        // The first alone has more.
        #expect(steps == [1, 2, 1])
        #expect(try await rows(fixture, "messages") == 0)
    }

    @Test func `a message that is being sent again stays`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let id = try await add(fixture, to: endpoint, age: 60)

        try await HeldTransaction.during(
            """
            WITH held AS (SELECT id FROM messages WHERE id = \(id) FOR KEY SHARE)
            UPDATE deliveries d
            SET state = 'pending', replays = replays + 1, next_attempt_at = now(), finished_at = NULL
            FROM held
            WHERE d.message_id = held.id
            """,
            in: fixture.database,
            commits: true
        ) {
            let step = try await fixture.store.removeMessages(
                olderThanDays: Self.days,
                after: nil,
                limit: 10
            )
            #expect(step.removed == 0)
        }

        let step = try await fixture.store.removeMessages(olderThanDays: Self.days, after: nil, limit: 10)
        #expect(step.lookedAt == 1 && step.removed == 0)
        #expect(try await kept(fixture) == [id])
    }

    @Test func `a step reads no more than it looks at`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5_000, prefix: "00")
        try await fixture.database.pool.execute(
            "UPDATE messages SET created_at = now() - interval '60 days'"
        )
        try await fixture.database.pool.execute(
            "UPDATE deliveries SET finished_at = now() - interval '60 days'"
        )
        try await fixture.database.pool.query("ANALYZE messages, deliveries")

        for table in ["messages", "deliveries"] {
            let rows = try await RowsRead.of(table, in: fixture.database.pool) { transaction in
                let step = try Store.removeMessages(transaction, olderThanDays: 30, after: nil, limit: 10)
                guard step.removed == 10 else { throw FixtureError.unexpected }
            }
            #expect(rows < 100, "\(table) \(rows)")
        }
    }
}
