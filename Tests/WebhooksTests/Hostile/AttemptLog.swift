import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

/// What was written down of the one message that an endpoint got.
struct AttemptLog {
    let messageId: String
    let payload: Data
    let state: String
    let attempts: [DeliveryView.Attempt]
    /// How often a receiver must have got the request.
    let requestsSent: Int

    init(of endpoint: EndpointView, _ fixture: EngineFixture) async throws {
        let found = try await fixture.deliveries(of: endpoint)
        let delivery = try #require(found.first)
        try #require(found.count == 1)
        messageId = delivery.messageId
        state = delivery.state
        attempts = delivery.attempts
        let rows = try await fixture.database.pool.query(
            """
            SELECT m.payload, (
                SELECT coalesce(sum(1 + a.resends), 0)::integer
                FROM delivery_attempts a
                WHERE a.delivery_id = \(delivery.id) AND (a.status IS NOT NULL OR a.outcome = 'unknown')
            ) AS sent
            FROM messages m
            WHERE m.id = \(delivery.messageId)
            """
        )
        payload = Data(try rows[0].get("payload", as: SQLBytes.self).bytes)
        requestsSent = try rows[0].get("sent")
    }
}
