package import Contracts
import Foundation
import Postgres

/// Sending again what was sent, or was not.
///
/// A message keeps its id, its bytes and its one delivery for an endpoint: a replay makes that delivery due, and the
/// numbers of its attempts go on. One that is under way or due already is left alone, so asking twice sends once.
extension Store {
    /// How far back failed messages are recovered.
    package static let recoverDaysMax = 14
    /// An id tells its time to an hour, whatever clock made it.
    static let idSlackSeconds = 3_600.0

    /// Sends a message again, to one endpoint or to all that want it; nil when the tenant has no such message.
    ///
    /// Throws `payload-expired` when its payload is not kept any more, `not-found` when there is no such endpoint.
    package func replayMessage(
        tenantId: String,
        id: String,
        endpointId: String?,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (ReplayView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome? {
        try await pool.transaction { transaction in
            try Self.onceIfThere(transaction, claim: claim) {
                let found = try transaction.query(
                    """
                    SELECT run_id, event_type, payload_removed_at
                    FROM messages
                    WHERE tenant_id = \(tenantId) AND id = \(id)
                    FOR KEY SHARE
                    """
                )
                guard let row = found.first else { return nil }
                guard try row.get("payload_removed_at", as: Date?.self) == nil else {
                    throw Self.expired(id, runId: try row.get("run_id"))
                }
                let endpoints = try Self.receivers(
                    transaction,
                    tenantId: tenantId,
                    message: (id, try row.get("event_type")),
                    endpointId: endpointId
                )
                guard !endpoints.isEmpty else {
                    throw Problem(
                        endpointId == nil ? .conflict : .notFound,
                        detail: endpointId == nil
                            ? "No endpoint wants this message; name one by endpoint_id."
                            : "There is no endpoint '\(endpointId ?? "")', or it is not yours."
                    )
                }
                let again = try transaction.sendAgain(
                    messageIds: endpoints.map { _ in id },
                    endpointIds: endpoints
                )
                return try respond(again.view(asked: endpoints.count, expired: 0, next: nil))
            }
        }
    }

    /// Sends one endpoint again what `selection` finds, a bounded number of messages at a time and the oldest first;
    /// nil when the tenant has no such endpoint.
    package func replayEndpoint(
        tenantId: String,
        endpointId: String,
        selection: ReplaySelection,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (ReplayView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome? {
        try await pool.transaction { transaction in
            try Self.onceIfThere(transaction, claim: claim) {
                let found = try transaction.query(
                    """
                    SELECT \(unescaped: EndpointRecord.columns)
                    FROM endpoints
                    WHERE tenant_id = \(tenantId) AND id = \(endpointId) AND deleted_at IS NULL
                    FOR KEY SHARE
                    """
                )
                guard let endpoint = try found.first.map({ try EndpointRecord($0) }) else { return nil }
                let rows = try Self.selected(transaction, endpoint: endpoint, selection)
                let page = rows.prefix(selection.limit)
                let kept = try page.filter { try $0.get("payload_removed_at", as: Date?.self) == nil }
                let ids = try kept.map { try $0.get("id", as: String.self) }
                let again = try transaction.sendAgain(
                    messageIds: ids,
                    endpointIds: ids.map { _ in endpointId }
                )
                let next: String? = rows.count > page.count ? try page.last?.get("id") : nil
                return try respond(
                    again.view(asked: ids.count, expired: page.count - kept.count, next: next)
                )
            }
        }
    }

    /// Types that go to whom they are about, or to all but that one: never having had one is no gap.
    private static let addressedTypes: Set<String> = [
        EventType.webhookTest.rawValue, EventType.endpointDisabled.rawValue,
    ]

    private static func expired(_ id: String, runId: String?) -> Problem {
        let run = runId.map { " GET /v1/runs/\($0) shows how it stands now." } ?? ""
        return Problem(
            .payloadExpired,
            detail:
                "The payload of message '\(id)' was given up when its time was over, so it cannot be sent again."
                + run
        )
    }

    /// The endpoints that are to have a message: the one that is named, or those that had it or want its type.
    private static func receivers(
        _ transaction: Transaction,
        tenantId: String,
        message: (id: String, type: String),
        endpointId: String?
    ) throws -> [String] {
        let rows = try transaction.query(
            """
            SELECT e.id, e.event_types, d.id IS NOT NULL AS had
            FROM endpoints e
            LEFT JOIN deliveries d ON d.endpoint_id = e.id AND d.message_id = \(message.id)
            WHERE e.tenant_id = \(tenantId) AND (e.id = \(endpointId) OR \(endpointId) IS NULL)
                AND e.deleted_at IS NULL
            ORDER BY e.id
            FOR KEY SHARE OF e
            """
        )
        return try rows.filter { row in
            if try endpointId != nil || row.get("had") { return true }
            let filter = EventFilter(try row.get("event_types"))
            return !addressedTypes.contains(message.type) && filter.matches(message.type)
        }
        .map { try $0.get("id") }
    }

    /// The messages that `selection` finds, one more than its limit.
    ///
    /// The walk begins where the time does, as far as ids tell it.
    private static func selected(
        _ transaction: Transaction,
        endpoint: EndpointRecord,
        _ selection: ReplaySelection
    ) throws -> [Row] {
        let first = ResourceID.make(
            .message,
            now: selection.since.addingTimeInterval(-Self.idSlackSeconds),
            random: (0, 0)
        )
        let last = selection.until.map {
            ResourceID.make(.message, now: $0.addingTimeInterval(Self.idSlackSeconds), random: (0, 0))
        }
        let wanted = EventFilter(endpoint.eventTypes)
        let missing = selection.filter.types.filter { wanted.matches($0) && !addressedTypes.contains($0) }
        return try transaction.query(
            """
            SELECT m.id, m.payload_removed_at
            FROM messages m
            LEFT JOIN deliveries d ON d.message_id = m.id AND d.endpoint_id = \(endpoint.id)
            WHERE m.tenant_id = \(endpoint.tenantId) AND m.id >= \(first) AND (m.id < \(last) OR \(last) IS NULL)
                AND (m.id > \(selection.after) OR \(selection.after) IS NULL)
                AND m.created_at >= \(selection.since)
                AND (m.created_at < \(selection.until) OR \(selection.until) IS NULL)
                AND (m.event_type = ANY(\(selection.filter.types)) OR \(selection.filter.isEvery))
                AND (d.state = ANY(\(selection.states.map(\.rawValue).sorted()))
                    OR d.id IS NULL AND \(selection.states.contains(.missing)) AND m.event_type = ANY(\(missing)))
            ORDER BY m.id
            LIMIT \(selection.limit + 1)
            FOR KEY SHARE OF m
            """
        )
    }
}

/// How many deliveries a replay changed.
private struct SentAgain {
    var replayed = 0
    var created = 0

    func view(asked: Int, expired: Int, next: String?) -> ReplayView {
        ReplayView(
            replayed: replayed,
            created: created,
            leftAlone: asked - replayed - created,
            expired: expired,
            hasMore: next != nil,
            next: next
        )
    }
}

extension Transaction {
    /// Makes the deliveries of these messages at these endpoints due, and creates those that there are not.
    ///
    /// Rows that another holds are about to change: they are left alone, so nobody waits for anybody.
    fileprivate func sendAgain(messageIds: [String], endpointIds: [String]) throws -> SentAgain {
        guard !messageIds.isEmpty else { return SentAgain() }
        let replayed = try execute(
            """
            WITH picked AS MATERIALIZED (
                SELECT d.id, asked.place
                FROM unnest(\(messageIds), \(endpointIds)) WITH ORDINALITY AS asked (message_id, endpoint_id, place)
                JOIN deliveries d ON d.message_id = asked.message_id AND d.endpoint_id = asked.endpoint_id
                WHERE d.state <> 'pending' OR (d.next_attempt_at > clock_timestamp()
                    AND coalesce(d.lease_until, '-infinity') < clock_timestamp())
                ORDER BY d.id
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET state = 'pending', replays = d.replays + 1,
                replayed_from = CASE WHEN d.state = 'pending' THEN d.replayed_from ELSE d.attempts END,
                next_attempt_at = statement_timestamp() + picked.place * interval '1 microsecond', finished_at = NULL,
                lease_token = NULL, lease_until = NULL
            FROM picked
            WHERE d.id = picked.id
            """
        )
        let created = try execute(
            """
            INSERT INTO deliveries (id, message_id, endpoint_id, next_attempt_at, replays)
            SELECT new.id, new.message_id, new.endpoint_id,
                statement_timestamp() + new.place * interval '1 microsecond', 1
            FROM unnest(\(messageIds.map { _ in ResourceID.make(.delivery) }), \(messageIds), \(endpointIds))
                WITH ORDINALITY AS new (id, message_id, endpoint_id, place)
            ORDER BY new.message_id, new.endpoint_id
            ON CONFLICT (message_id, endpoint_id) DO NOTHING
            """
        )
        return SentAgain(replayed: replayed, created: created)
    }
}
