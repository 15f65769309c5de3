import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct HeldDeliveryTests {
    @Test func `what waits for an endpoint too long is exhausted, and nothing else is`() async throws {
        let fixture = try await Fixture.make()
        var endpoints: [String] = []
        for (number, state) in ["enabled", "paused", "disabled"].enumerated() {
            let id = try await addEndpoint(fixture, number)
            endpoints.append(id)
            for _ in 0..<3 {
                _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id)
            }
            try await fixture.database.pool.execute(
                """
                UPDATE endpoints
                SET state = \(state), disabled_reason = CASE WHEN \(state) = 'disabled' THEN 'why' END
                WHERE id = \(id)
                """
            )
            // One of three is young, and one of the old is under way.
            try await fixture.database.pool.execute(
                """
                UPDATE deliveries
                SET created_at = now() - interval '15 days', next_attempt_at = now() - interval '15 days',
                    lease_token = CASE WHEN n = 1 THEN gen_random_uuid() END,
                    lease_until = CASE WHEN n = 1 THEN now() + interval '1 minute' END
                FROM (
                    SELECT id AS old, row_number() OVER (ORDER BY id) AS n FROM deliveries WHERE endpoint_id = \(id)
                ) numbered
                WHERE id = old AND n < 3
                """
            )
        }

        let first = try await fixture.store.expireHeldDeliveries(olderThanDays: 14, limit: 1)
        let rest = try await fixture.store.expireHeldDeliveries(olderThanDays: 14, limit: 100)
        let none = try await fixture.store.expireHeldDeliveries(olderThanDays: 14, limit: 100)

        #expect(first == 1 && rest == 1 && none == 0)
        let rows = try await fixture.database.pool.query(
            "SELECT endpoint_id, count(*) AS n FROM deliveries WHERE state = 'exhausted' GROUP BY 1 ORDER BY 1"
        )
        let exhausted = try rows.map { try $0.get("endpoint_id", as: String.self) }
        #expect(exhausted.sorted() == endpoints.dropFirst().sorted())
    }

    private func addEndpoint(_ fixture: Fixture, _ number: Int) async throws -> String {
        let outcome = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://a\(number).test/h",
            eventTypes: ["run.failed"],
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { StoredResponse(status: 201, headers: [:], body: Data($0.id.utf8)) }
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }
}
