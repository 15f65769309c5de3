import Contracts
import Foundation
import Postgres

/// What a callback's row in the inbox can be.
package enum CallbackState: String, Sendable, Hashable, CaseIterable {
    /// To be applied by the runtime.
    case stored
    case applied
    /// It did not verify, or is about nothing we know.
    case rejected
    /// It was signed, and still cannot be applied without an operator's word.
    case quarantined
    /// No task has the id that it names, or not yet.
    case unmatched
}

/// Rows of the inbox that are to be written by one statement.
struct InboxRows {
    private(set) var ids: [String] = []
    private var taskIds: [String?] = []
    private var providers: [String] = []
    private var externalIds: [String?] = []
    private var messageIds: [String] = []
    private var trusts: [String?] = []
    private var queries: [String?] = []
    private var headers: [SQLJSON] = []
    private var bodies: [SQLBytes] = []
    private var digests: [String] = []
    private var states: [String] = []
    private var reasons: [String?] = []
    private var results: [String?] = []

    /// How much is kept of a callback that is not to be applied as it is.
    static let setAsideBytesMax = 1 << 20

    mutating func add(
        _ callback: NewCallback,
        taskId: String?,
        state: CallbackState,
        reason: String? = nil,
        result: String? = nil
    ) {
        ids.append(ResourceID.make(.callback))
        taskIds.append(taskId)
        providers.append(callback.provider)
        externalIds.append(callback.externalId)
        messageIds.append(callback.messageId)
        trusts.append(callback.trust)
        queries.append(callback.query.isEmpty ? nil : callback.query)
        headers.append(SQLJSON(callback.headersJSON))
        let isSetAside = [.quarantined, .unmatched, .rejected].contains(state)
        bodies.append(SQLBytes(isSetAside ? callback.body.prefix(Self.setAsideBytesMax) : callback.body))
        digests.append(callback.bodySha256)
        states.append(state.rawValue)
        reasons.append(reason)
        results.append(result)
    }

    var insertion: SQL {
        """
        INSERT INTO callbacks (id, task_id, provider, external_id, message_id, trust, query, headers, body,
            body_sha256, state, reason, result, finished_at)
        SELECT id, task_id, provider, external_id, message_id, trust, query, headers, body, body_sha256, state,
            reason, result,
            CASE WHEN state = 'applied' THEN now() END
        FROM unnest(\(ids), \(taskIds), \(providers), \(externalIds), \(messageIds), \(trusts), \(queries),
            \(headers), \(bodies), \(digests), \(states), \(reasons), \(results))
            AS new (id, task_id, provider, external_id, message_id, trust, query, headers, body, body_sha256, state,
                reason, result)
        """
    }
}

extension Transaction {
    func insert(_ rows: InboxRows) {
        guard !rows.ids.isEmpty else { return }
        enqueue(rows.insertion)
    }
}
