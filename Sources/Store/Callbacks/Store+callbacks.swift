import Contracts
import Foundation
import Postgres
import Threads

/// The inbox: what providers said, stored before it is answered and applied once.
extension Store {
    /// How many callbacks that are refused are kept of one task, of all others in an hour, and how much of each.
    static let refusedPerTaskMax = 20
    static let refusedPerHourMax = 200
    package static let refusedBodyBytesMax = 16 << 10

    /// Stores a verified callback, and applies it at once unless files have to be looked at.
    ///
    /// It shares its transaction with others that come at the same moment. Only a verified one takes its message id,
    /// so nobody without the provider's secret can use it up.
    package func receive(_ callback: NewCallback) async throws -> CallbackReceipt {
        let receipt = try await groups.callbacks.commit(
            GroupedWrites.Arrival(store: self, callback: callback)
        )
        CrashPoint.callbackAfterCommit.pass()
        guard receipt == .unmatched, let externalId = callback.externalId else { return receipt }
        // The reply to the dispatch may have been stored while this one was: then nobody else looks for it.
        _ = try await matchCallbacks(provider: callback.provider, externalId: externalId)
        return receipt
    }

    /// Keeps a callback that is not believed, for the operators, as long as there are not too many of them.
    package func refuse(_ callback: RefusedCallback) async throws {
        try await pool.transaction { transaction in
            let tasks = try transaction.query(
                """
                SELECT id
                FROM tasks
                WHERE token_digest = \(callback.tokenDigest.map { SQLBytes($0) }) AND provider = \(callback.provider)
                """
            )
            let taskId: String? = try tasks.first?.get("id")
            let isKept = try transaction.query(
                """
                SELECT CASE WHEN \(taskId) IS NOT NULL THEN
                    (SELECT count(*) FROM callbacks
                     WHERE task_id = \(taskId) AND state IN ('rejected', 'quarantined')) < \(Self.refusedPerTaskMax)
                ELSE
                    (SELECT count(*) FROM callbacks
                     WHERE state = 'rejected' AND task_id IS NULL AND received_at > now() - interval '1 hour')
                        < \(Self.refusedPerHourMax)
                END AS is_kept
                """
            )
            guard try isKept[0].get("is_kept") else { return }
            // Under an id of ours: its own id must stay free for the genuine message.
            let id = ResourceID.make(.callback)
            try transaction.execute(
                """
                INSERT INTO callbacks (id, task_id, provider, message_id, headers, body, body_sha256, state, reason)
                VALUES (\(id), \(taskId), \(callback.provider), \(id), \(SQLJSON(callback.headersJSON)),
                    \(SQLBytes(callback.body.prefix(Self.refusedBodyBytesMax))), \(callback.bodySha256), 'rejected',
                    \(callback.reason))
                """
            )
            guard callback.asks, let taskId else { return }
            try transaction.execute(Self.asking(taskId: taskId))
        }
    }

    /// Bodies that one claim brings into memory; the one that goes beyond it is the last.
    private static let claimedBytesMax = 32 << 20

    /// Pause between two questions that signals without proof of their sender lead to, for one task.
    static let openSignalPauseMs = 2_000

    /// Takes callbacks that are to be applied, oldest first, each for one caller only.
    ///
    /// Of a task that can be asked about, signals that showed nothing but their address are taken one after the other,
    /// with a pause between them: whoever knows the address decides how many there are.
    package func claimCallbacks(limit: Int, leaseSeconds: Int) async throws -> [CallbackRecord] {
        _ = try await matchCallbacks(provider: nil, externalId: nil)
        return try await pool.query(
            """
            WITH due AS MATERIALIZED (
                SELECT c.id, c.received_at, octet_length(c.body) AS bytes
                FROM callbacks c
                WHERE c.state = 'stored' AND coalesce(c.lease_until, '-infinity') < now()
                    AND (c.trust IS DISTINCT FROM \(CallbackBatch.openTrust) OR NOT EXISTS (
                        SELECT 1
                        FROM tasks t
                        JOIN callbacks b ON b.task_id = t.id AND b.trust = \(CallbackBatch.openTrust)
                        WHERE t.id = c.task_id AND t.external_id IS NOT NULL AND (
                            b.finished_at > now() - \(Self.openSignalPauseMs) * interval '1 millisecond'
                            OR b.state = 'stored' AND (b.received_at, b.id) < (c.received_at, c.id)
                        )
                    ))
                ORDER BY c.received_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            ), picked AS (
                SELECT sized.id, sized.received_at
                FROM (SELECT due.*, sum(due.bytes) OVER (ORDER BY due.received_at, due.id) - due.bytes AS before
                      FROM due) sized
                WHERE sized.before < \(Self.claimedBytesMax)
            )
            UPDATE callbacks c
            SET lease_token = \(leaseToken), lease_until = now() + \(leaseSeconds) * interval '1 second'
            FROM picked
            WHERE c.id = picked.id AND c.received_at = picked.received_at
            RETURNING c.id, c.task_id, (SELECT t.output_id FROM tasks t WHERE t.id = c.task_id) AS output_id,
                c.provider, c.message_id, c.trust, c.query, c.body, c.received_at, c.lease_token
            """
        ).map { try CallbackRecord($0) }.sorted { ($0.receivedAt, $0.id) < ($1.receivedAt, $1.id) }
    }

    /// Notes what came of a callback; false when the lease is lost.
    package func finishCallback(
        _ callback: CallbackRecord,
        result: CallbackResult
    ) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE callbacks
            SET state = 'applied', result = \(result.rawValue), finished_at = now(), lease_token = NULL,
                lease_until = NULL
            WHERE id = \(callback.id) AND received_at = \(callback.receivedAt)
                AND lease_token = \(callback.leaseToken) AND state = 'stored'
            """
        ) == 1
    }

    /// Sets a callback aside that cannot be understood; false when the lease is lost.
    package func quarantineCallback(_ callback: CallbackRecord, reason: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE callbacks
            SET state = 'quarantined', reason = \(reason), lease_token = NULL, lease_until = NULL
            WHERE id = \(callback.id) AND received_at = \(callback.receivedAt)
                AND lease_token = \(callback.leaseToken) AND state = 'stored'
            """
        ) == 1
    }

    /// How long a callback that came before its task waits for it, and how many are looked at together.
    private static let unmatchedMinutesMax = 15
    private static let unmatchedPerLookMax = 200
    static let otherBodyReason = "another body came before under this message id"

    /// Gives callbacks that came before the reply to their dispatch to the task that has their id by now.
    ///
    /// Called with every claim, so it does not matter which of the two was stored first. The newest come first: ids
    /// that no task will ever have must not hide the others. A message that came again meanwhile, and so straight to
    /// its task, is not applied twice.
    @discardableResult
    func matchCallbacks(provider: String?, externalId: String?) async throws -> Int {
        try await pool.transaction { transaction in
            // Under the lock of their runs, as all that stores a message of a task.
            let matched = try transaction.query(
                """
                WITH matched AS MATERIALIZED (
                    SELECT u.id, task.id AS task_id, task.run_id
                    FROM (
                        SELECT id, received_at, provider, external_id
                        FROM callbacks
                        WHERE state = 'unmatched'
                            AND received_at > now() - \(Self.unmatchedMinutesMax) * interval '1 minute'
                            AND (provider = \(provider) OR \(provider) IS NULL)
                            AND (external_id = \(externalId) OR \(externalId) IS NULL)
                        ORDER BY received_at DESC
                        LIMIT \(Self.unmatchedPerLookMax)
                    ) u
                    CROSS JOIN LATERAL (
                        SELECT t.id, t.run_id
                        FROM tasks t
                        WHERE t.provider = u.provider AND t.external_id = u.external_id
                        ORDER BY t.created_at DESC
                        LIMIT 1
                    ) task
                )
                SELECT matched.id, matched.task_id
                FROM matched
                JOIN runs r ON r.id = matched.run_id
                ORDER BY r.id
                FOR NO KEY UPDATE OF r
                """
            )
            guard !matched.isEmpty else { return 0 }
            let ids: [String] = try matched.map { try $0.get("id") }
            let taskIds: [String] = try matched.map { try $0.get("task_id") }
            return try transaction.execute(Self.match(ids, to: taskIds))
        }
    }

    private static func match(_ ids: [String], to taskIds: [String]) -> SQL {
        """
        UPDATE callbacks c
        SET task_id = found.task_id,
            state = CASE WHEN found.known IS NULL THEN 'stored'
                WHEN found.known = c.body_sha256 THEN 'applied' ELSE 'quarantined' END,
            result = CASE WHEN found.known = c.body_sha256 THEN \(CallbackResult.alreadySettled.rawValue) END,
            finished_at = CASE WHEN found.known = c.body_sha256 THEN now() END,
            reason = CASE WHEN found.known <> c.body_sha256 THEN \(Self.otherBodyReason) END
        FROM (
            SELECT u.id, u.received_at, named.task_id, (
                SELECT k.body_sha256
                FROM callbacks k
                WHERE k.task_id = named.task_id AND k.message_id = u.message_id AND k.state IN ('stored', 'applied')
                LIMIT 1
            ) AS known
            FROM unnest(\(ids), \(taskIds)) AS named (id, task_id)
            JOIN callbacks u ON u.id = named.id
            WHERE u.received_at > now() - \(Self.unmatchedMinutesMax) * interval '1 minute'
        ) found
        WHERE c.id = found.id AND c.received_at = found.received_at AND c.state = 'unmatched'
        """
    }
}
