package import Foundation
import Postgres

/// A verified callback that is still to be applied.
package struct CallbackRecord: Sendable, Hashable {
    package let id: String
    package let taskId: String
    /// The short that its task renders.
    package let outputId: String?
    package let provider: String
    package let messageId: String
    /// How well it is known who sent it; nil of a report, whose provider signs.
    package let trust: String?
    /// Of the address that it came to.
    package let query: String
    package let body: Data
    package let receivedAt: Date
    package let leaseToken: UUID

    init(_ row: Row) throws {
        id = try row.get("id")
        taskId = try row.get("task_id")
        outputId = try row.get("output_id")
        provider = try row.get("provider")
        messageId = try row.get("message_id")
        trust = try row.get("trust")
        query = try row.get("query") ?? ""
        body = try row.data("body")
        receivedAt = try row.get("received_at")
        leaseToken = try row.get("lease_token")
    }
}

/// What became of a callback that came in.
package enum CallbackReceipt: Sendable, Hashable {
    /// It is applied when its files have been looked at.
    case stored
    /// With `givesWork` the pipeline has something to do after the commit.
    case applied(CallbackResult, givesWork: Bool)
    /// The same message again, which is applied once; or what would ask nothing that is not asked anyway.
    case duplicate
    /// The same message id with another body; kept apart, for operators to look at.
    case conflict
    /// It was signed, but nobody understands it; kept apart.
    case unreadable
    /// No task has this token.
    case unknownTask
    /// No task has this id yet; it is kept until one has.
    case unmatched
}

/// What a callback changed.
package enum CallbackResult: String, Sendable, CaseIterable {
    case applied
    case progress
    /// The task, or its run, had ended before.
    case alreadySettled = "already_settled"
    /// It is about an attempt that was replaced.
    case staleAttempt = "stale_attempt"
    case unknownAttempt = "unknown_attempt"

    package init(_ settled: Settled) {
        switch settled {
        case .applied: self = .applied
        case .alreadySettled: self = .alreadySettled
        case .staleAttempt: self = .staleAttempt
        case .unknown: self = .unknownAttempt
        }
    }
}
