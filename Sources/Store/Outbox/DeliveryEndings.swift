import Contracts
import Foundation
import Postgres

/// Attempts at deliveries that ended at about the same time, each under its own lease.
struct DeliveryEndings {
    let endings: [GroupedWrites.Ending]

    /// What one whose lease still held has come to.
    struct Held {
        let place: Int
        let endpoint: EndpointEnding
    }

    /// Arrays are made to look at least this long.
    ///
    /// The plan for arrays of any length is then the cheapest in the eyes of Postgres, which would plan each group of
    /// a few anew for longer than it takes to run it.
    private static let rowsMin = 32

    /// Writes all of them down by one statement.
    ///
    /// With `skipsLocked` it passes over those that another transaction holds as if their leases were lost.
    func statement(skipsLocked: Bool) throws -> SQL {
        let (rows, attempts) = (endings, endings.map(\.attempt))
        return """
            WITH ended AS MATERIALIZED (
                -- In the order of their ids, so that two groups cannot wait for each other.
                SELECT d.id AS delivery_id, d.endpoint_id, new.*
                FROM unnest(\(Array(0..<max(rows.count, Self.rowsMin))), \(rows.map(\.lease.deliveryId)),
                    \(rows.map(\.lease.token)), \(rows.map(\.next.state)), \(rows.map(\.next.delayMs)),
                    \(attempts.map(\.outcome.rawValue)), \(attempts.map(\.status)),
                    \(try attempts.map { try SQLJSON.optional($0.problem) }), \(attempts.map(\.keptBody)),
                    \(try attempts.map { try SQLJSON.optional($0.responseHeaders) }), \(attempts.map(\.startedAt)),
                    \(attempts.map(\.durationMs)), \(attempts.map(\.resends)), \(attempts.map(\.requestHead)),
                    \(attempts.map(\.timing?.dnsMs)), \(attempts.map(\.timing?.connectMs)),
                    \(attempts.map(\.timing?.tlsMs)), \(attempts.map(\.timing?.firstByteMs)), \(attempts.map(\.url)),
                    \(rows.map { $0.next.disabling != nil }))
                    AS new (place, id, token, state, delay_ms, outcome, status, problem, response_body,
                        response_headers, started_at, duration_ms, resends, request_head, dns_ms, connect_ms, tls_ms,
                        first_byte_ms, url, is_disabling)
                JOIN deliveries d ON d.id = new.id AND d.lease_token = new.token AND d.state = 'pending'
                ORDER BY d.id
                FOR UPDATE OF d \(unescaped: skipsLocked ? "SKIP LOCKED" : "")
            ), finished AS (
                UPDATE deliveries d
                SET state = fate.state, attempts = d.attempts + 1, lease_token = NULL, lease_until = NULL,
                    next_attempt_at = CASE WHEN fate.state = 'pending'
                        THEN now() + ended.delay_ms * interval '1 millisecond' END,
                    finished_at = CASE WHEN fate.state <> 'pending' THEN now() END
                FROM ended
                JOIN endpoints e ON e.id = ended.endpoint_id
                CROSS JOIN LATERAL (SELECT coalesce(e.url = ended.url, true) AS is_current) moved
                -- What the old address wants no more is tried at the new one.
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN ended.is_disabling AND NOT moved.is_current AND ended.state = 'exhausted'
                        THEN 'pending' ELSE ended.state END AS state
                ) fate
                WHERE d.id = ended.delivery_id
                RETURNING ended.*, d.attempts, moved.is_current, e.failing_since IS NOT NULL AS is_failing,
                    coalesce(e.failed_at >= now() - \(HealthRule.noteSeconds) * interval '1 second', false) AS is_noted
            ), logged AS (
                INSERT INTO delivery_attempts (delivery_id, number, outcome, status, problem, response_body,
                    response_headers, started_at, duration_ms, resends, request_head, dns_ms, connect_ms, tls_ms,
                    first_byte_ms)
                SELECT delivery_id, attempts, outcome, status, problem, response_body, response_headers, started_at,
                    duration_ms, resends, request_head, dns_ms, connect_ms, tls_ms, first_byte_ms
                FROM finished
            )
            SELECT place, endpoint_id, is_current, is_failing, is_noted
            FROM finished
            """
    }

    func held(_ rows: [Row]) throws -> [Held] {
        try rows.map { row in
            let place: Int = try row.get("place")
            let ending = endings[place]
            return Held(
                place: place,
                endpoint: EndpointEnding(
                    endpointId: try row.get("endpoint_id"),
                    isDelivered: ending.attempt.outcome == .delivered,
                    isFailing: try row.get("is_failing"),
                    isNoted: try row.get("is_noted"),
                    disabling: ending.next.disabling,
                    isCurrent: try row.get("is_current")
                )
            )
        }
    }
}

extension Transaction {
    /// Writes attempts down with what follows from each, also for their endpoints, and says which of the leases
    /// still held.
    func finish(_ group: DeliveryEndings, links: LinkMinter) throws -> [Bool] {
        let found = try group.held(try query(try group.statement(skipsLocked: false)))
        try noteHealth(found.map(\.endpoint), links: links)
        let places = Set(found.map(\.place))
        return group.endings.indices.map(places.contains)
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

    var disabling: String? {
        if case .disableEndpoint(let reason, _) = self { reason } else { nil }
    }
}
