package import Contracts
import Foundation
import Postgres

/// The inbox as operators see it.
extension Store {
    package struct CallbackFilter: Sendable, Hashable {
        package var state: CallbackState?
        package var provider: String?
        package var taskId: String?

        package init(state: CallbackState? = nil, provider: String? = nil, taskId: String? = nil) {
            self.state = state
            self.provider = provider
            self.taskId = taskId
        }
    }

    /// A page of the inbox, newest first.
    ///
    /// Asked for no state it leaves out what was applied, unless it is asked about one task.
    package func callbacks(
        _ filter: CallbackFilter,
        limit: Int,
        after: String?
    ) async throws -> Page<CallbackView> {
        var conditions: SQL = "(c.id < \(after) OR \(after) IS NULL)"
        if let state = filter.state { conditions += " AND c.state = \(state.rawValue)" }
        if filter.state != .applied && (filter.state != nil || filter.taskId == nil) {
            conditions += " AND c.state <> 'applied'"
        }
        if let provider = filter.provider { conditions += " AND c.provider = \(provider)" }
        if let taskId = filter.taskId { conditions += " AND c.task_id = \(taskId)" }
        let rows = try await pool.query(
            """
            \(Self.callbackSelect)
            WHERE \(conditions)
            ORDER BY c.id DESC
            LIMIT \(limit + 1)
            """
        )
        let views = try rows.prefix(limit).map { try CallbackView($0) }
        return Page(views, limit: limit, found: rows.count) { $0.id }
    }

    /// Puts a callback back in line on an operator's word.
    ///
    /// Nothing but that: what it changes is decided as for any other, so a task that has ended stays as it is.
    package func reapplyCallback(id: String) async throws -> ReapplyOutcome {
        try await pool.transaction { transaction in
            guard
                let row = try transaction.query(
                    """
                    SELECT c.received_at, c.state, c.result, c.task_id, c.provider, c.external_id,
                        octet_length(c.body) AS body_bytes
                    FROM callbacks c
                    WHERE c.id = \(id)
                    FOR UPDATE
                    """
                ).first
            else { return .unknown }
            var taskId: String? = try row.get("task_id")
            switch CallbackState(rawValue: try row.get("state")) {
            case .stored: return .refused("It waits to be applied.")
            case .applied:
                let result: String = try row.get("result")
                return .refused("It was applied, and the result was '\(result)'.")
            case .rejected, nil:
                return .refused("It did not verify, or is about nothing that is known.")
            case .unmatched:
                taskId = try Self.taskId(
                    transaction,
                    provider: try row.get("provider"),
                    externalId: try row.get("external_id")
                )
            case .quarantined: break
            }
            guard let taskId else { return .refused("No task has the id that it names.") }
            guard try row.get("body_bytes", as: Int.self) < InboxRows.setAsideBytesMax else {
                return .refused("It was so long that only its beginning was kept.")
            }
            try transaction.execute(
                """
                UPDATE callbacks
                SET state = 'stored', task_id = \(taskId), lease_token = NULL, lease_until = NULL
                WHERE id = \(id) AND received_at = \(try row.get("received_at", as: Date.self))
                """
            )
            return .queued(
                try CallbackView(try transaction.query("\(Self.callbackSelect) WHERE c.id = \(id)")[0])
            )
        }
    }

    private static let callbackSelect: SQL = """
        SELECT c.id, c.task_id, t.run_id, c.provider, c.external_id, c.message_id, c.headers, c.state, c.reason,
            c.result, substring(c.body FOR \(unescaped: "\(refusedBodyBytesMax)")) AS body,
            octet_length(c.body) AS body_bytes, c.body_sha256, c.received_at, c.finished_at
        FROM callbacks c
        LEFT JOIN tasks t ON t.id = c.task_id
        """

    private static func taskId(
        _ transaction: Transaction,
        provider: String,
        externalId: String?
    ) throws -> String? {
        try transaction.query(
            """
            SELECT id
            FROM tasks
            WHERE provider = \(provider) AND external_id = \(externalId)
            ORDER BY created_at DESC
            LIMIT 1
            """
        ).first?.get("id")
    }
}

/// What came of an operator's wish to have a callback applied.
package enum ReapplyOutcome: Sendable, Hashable {
    case queued(CallbackView)
    /// With the reason.
    case refused(String)
    case unknown
}

extension CallbackView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"),
            state: try row.get("state"),
            provider: try row.get("provider"),
            taskId: try row.get("task_id"),
            runId: try row.get("run_id"),
            externalId: try row.get("external_id"),
            messageId: try row.get("message_id"),
            headers: try row.json("headers"),
            body: String(decoding: try row.data("body"), as: UTF8.self),
            bodyBytes: try row.get("body_bytes"),
            bodySha256: try row.get("body_sha256"),
            reason: try row.get("reason"),
            result: try row.get("result"),
            receivedAt: try row.get("received_at"),
            finishedAt: try row.get("finished_at")
        )
    }
}
