package import Foundation
import Postgres

/// A verified callback that is still to be applied.
package struct CallbackRecord: Sendable, Hashable {
    package let id: String
    package let taskId: String
    package let provider: String
    package let messageId: String
    package let body: Data
    package let receivedAt: Date
    package let leaseToken: UUID

    init(_ row: Row) throws {
        id = try row.get("id")
        taskId = try row.get("task_id")
        provider = try row.get("provider")
        messageId = try row.get("message_id")
        body = try row.data("body")
        receivedAt = try row.get("received_at")
        leaseToken = try row.get("lease_token")
    }
}

/// What became of a callback that came in.
package enum CallbackReceipt: Sendable, Hashable {
    case stored
    /// The same message again; it is applied once.
    case duplicate
    /// The same message id with another body; kept apart and never applied.
    case conflict
    /// No task has this token.
    case unknownTask
    /// Kept for the operator; it did not verify.
    case rejected
}

/// Whether a callback is what it says it is.
package enum CallbackVerification: String, Sendable {
    case verified
    case rejected
}
