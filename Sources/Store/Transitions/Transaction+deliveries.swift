import Contracts
import Foundation
import Postgres

/// Attempts at deliveries that ended at the same moment, each under its own lease.
extension Transaction {
    /// Writes them down with what follows from each, and says which of the leases still held.
    func finish(_ endings: [GroupedWrites.Ending]) throws -> [Bool] {
        let rows = try query(
            """
            WITH ended AS MATERIALIZED (
                -- In the order of their ids, so that two groups cannot wait for each other.
                SELECT d.id, new.place, new.state, new.delay_ms
                FROM unnest(\(Array(endings.indices)), \(endings.map(\.lease.deliveryId)),
                    \(endings.map(\.lease.token)), \(endings.map(\.next.state)), \(endings.map(\.next.delayMs)))
                    AS new (place, id, token, state, delay_ms)
                JOIN deliveries d ON d.id = new.id AND d.lease_token = new.token AND d.state = 'pending'
                ORDER BY d.id
                FOR UPDATE OF d
            )
            UPDATE deliveries d
            SET state = ended.state, attempts = d.attempts + 1, lease_token = NULL, lease_until = NULL,
                next_attempt_at = CASE WHEN ended.state = 'pending'
                    THEN now() + ended.delay_ms * interval '1 millisecond' END,
                finished_at = CASE WHEN ended.state <> 'pending' THEN now() END
            FROM ended, endpoints e
            WHERE d.id = ended.id AND e.id = d.endpoint_id
            RETURNING ended.place, d.attempts, d.endpoint_id, e.failing_since IS NOT NULL AS is_failing,
                coalesce(e.failed_at >= now() - \(HealthRule.noteSeconds) * interval '1 second', false) AS is_noted
            """
        )
        var held = [Bool](repeating: false, count: endings.count)
        var numbers: [Int: Int] = [:]
        for row in rows {
            let place: Int = try row.get("place")
            held[place] = true
            numbers[place] = try row.get("attempts")
        }
        try insertAttempts(of: endings, numbers)
        try noteHealth(
            try rows.map { row in
                let place: Int = try row.get("place")
                return EndpointEnding(
                    endpointId: try row.get("endpoint_id"),
                    isDelivered: endings[place].attempt.outcome == .delivered,
                    isFailing: try row.get("is_failing"),
                    isNoted: try row.get("is_noted"),
                    disabling: endings[place].next.disabling
                )
            }
        )
        return held
    }

    private func insertAttempts(of endings: [GroupedWrites.Ending], _ numbers: [Int: Int]) throws {
        let made = endings.enumerated().compactMap { place, ending in
            numbers[place].map { (number: $0, id: ending.lease.deliveryId, attempt: ending.attempt) }
        }
        guard !made.isEmpty else { return }
        try execute(
            """
            INSERT INTO delivery_attempts (delivery_id, number, outcome, status, problem, response_body,
                response_headers, started_at, duration_ms, resends)
            SELECT id, number, outcome, status, problem, response_body, response_headers, started_at, duration_ms,
                resends
            FROM unnest(\(made.map(\.id)), \(made.map(\.number)), \(made.map(\.attempt.outcome.rawValue)),
                \(made.map(\.attempt.status)), \(try made.map { try SQLJSON.optional($0.attempt.problem) }),
                \(made.map(\.attempt.keptBody)), \(try made.map { try SQLJSON.optional($0.attempt.responseHeaders) }),
                \(made.map(\.attempt.startedAt)), \(made.map(\.attempt.durationMs)), \(made.map(\.attempt.resends)))
                AS new (id, number, outcome, status, problem, response_body, response_headers, started_at,
                    duration_ms, resends)
            """
        )
    }
}

extension NewAttempt {
    fileprivate var keptBody: SQLBytes? {
        responseBody.map { SQLBytes($0.prefix(Self.responseBodyBytesMax)) }
    }
}

extension DeliveryNext {
    fileprivate var state: String {
        switch self {
        case .done, .disableEndpoint(_, isDelivered: true): "delivered"
        case .retry: "pending"
        case .exhausted, .disableEndpoint: "exhausted"
        }
    }

    fileprivate var delayMs: Int {
        if case .retry(let afterMs) = self { max(afterMs, 0) } else { 0 }
    }

    fileprivate var disabling: String? {
        if case .disableEndpoint(let reason, _) = self { reason } else { nil }
    }
}
