import Contracts
package import Foundation
import Postgres

/// The inbox: what providers said, stored before it is answered and applied once.
extension Store {
    /// How many callbacks that did not verify are kept of one task, and how much of each.
    private static let rejectedPerTaskMax = 20
    private static let rejectedBodyBytesMax = 16 << 10

    /// Stores a callback under the task whose token it came with.
    ///
    /// Only a verified one takes its message id, so nobody without the secret can use it up.
    package func recordCallback(
        provider: String,
        tokenDigest: [UInt8],
        messageId: String,
        headers: [String: String],
        body: Data,
        bodySha256: String,
        verification: CallbackVerification,
        reason: String?
    ) async throws -> CallbackReceipt {
        try await pool.transaction { transaction in
            let tasks = try transaction.query(
                """
                SELECT id
                FROM tasks
                WHERE token_digest = \(SQLBytes(tokenDigest)) AND provider = \(provider)
                FOR NO KEY UPDATE
                """
            )
            guard let taskId: String = try tasks.first?.get("id") else { return .unknownTask }
            func insert(state: String, body: Data, reason: String?) throws {
                try transaction.execute(
                    """
                    INSERT INTO callbacks (id, task_id, provider, message_id, headers, body, body_sha256, state, reason)
                    VALUES (\(ResourceID.make(.callback)), \(taskId), \(provider), \(messageId),
                        \(try SQLJSON(encoding: headers)), \(SQLBytes(body)), \(bodySha256), \(state), \(reason))
                    """
                )
            }
            guard verification == .verified else {
                let kept = try transaction.query(
                    "SELECT count(*) AS n FROM callbacks WHERE task_id = \(taskId) AND state <> 'applied'"
                )
                if try kept[0].get("n", as: Int.self) < Self.rejectedPerTaskMax {
                    try insert(
                        state: "rejected",
                        body: body.prefix(Self.rejectedBodyBytesMax),
                        reason: reason ?? "not told"
                    )
                }
                return .rejected
            }
            // The lock on the task keeps two of one message apart.
            let first = try transaction.query(
                """
                SELECT body_sha256
                FROM callbacks
                WHERE task_id = \(taskId) AND message_id = \(messageId) AND state IN ('stored', 'applied')
                """
            )
            guard let known: String = try first.first?.get("body_sha256") else {
                try insert(state: "stored", body: body, reason: nil)
                return .stored
            }
            if known == bodySha256 { return .duplicate }
            try insert(
                state: "quarantined",
                body: body.prefix(Self.rejectedBodyBytesMax),
                reason: "another body has the same message id"
            )
            return .conflict
        }
    }

    /// Takes callbacks that are to be applied, oldest first, each for one caller only.
    package func claimCallbacks(limit: Int, leaseSeconds: Int) async throws -> [CallbackRecord] {
        try await pool.query(
            """
            WITH picked AS MATERIALIZED (
                SELECT c.id
                FROM callbacks c
                WHERE c.state = 'stored' AND coalesce(c.lease_until, '-infinity') < now()
                ORDER BY c.received_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            )
            UPDATE callbacks c
            SET lease_token = gen_random_uuid(), lease_until = now() + \(leaseSeconds) * interval '1 second'
            FROM picked
            WHERE c.id = picked.id
            RETURNING c.id, c.task_id, c.provider, c.message_id, c.body, c.received_at, c.lease_token
            """
        ).map { try CallbackRecord($0) }.sorted { ($0.receivedAt, $0.id) < ($1.receivedAt, $1.id) }
    }

    /// Notes what came of a callback; false when the lease is lost.
    package func finishCallback(id: String, leaseToken: UUID, result: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE callbacks
            SET state = 'applied', result = \(result), finished_at = now(), lease_token = NULL, lease_until = NULL
            WHERE id = \(id) AND lease_token = \(leaseToken) AND state = 'stored'
            """
        ) == 1
    }
}
