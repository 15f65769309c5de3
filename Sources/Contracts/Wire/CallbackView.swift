package import Foundation

/// A callback in the inbox, as operators see it.
package struct CallbackView: Codable, Sendable, Hashable {
    package var id: String
    /// `stored`, `applied`, `rejected`, `quarantined` or `unmatched`.
    package var state: String
    package var provider: String
    @Nullable package var taskId: String?
    @Nullable package var runId: String?
    /// The id by which the provider named the task.
    @Nullable package var externalId: String?
    package var messageId: String
    package var headers: [String: String]
    /// The first 16 KiB, as text.
    package var body: String
    /// How much of the body is kept.
    package var bodyBytes: Int
    /// Of the whole body as it came in.
    package var bodySha256: String
    /// Why it is not applied.
    @Nullable package var reason: String?
    /// What it changed.
    @Nullable package var result: String?
    package var receivedAt: Date
    @Nullable package var finishedAt: Date?

    package init(
        id: String,
        state: String,
        provider: String,
        taskId: String?,
        runId: String?,
        externalId: String?,
        messageId: String,
        headers: [String: String],
        body: String,
        bodyBytes: Int,
        bodySha256: String,
        reason: String?,
        result: String?,
        receivedAt: Date,
        finishedAt: Date?
    ) {
        self.id = id
        self.state = state
        self.provider = provider
        self.taskId = taskId
        self.runId = runId
        self.externalId = externalId
        self.messageId = messageId
        self.headers = headers
        self.body = body
        self.bodyBytes = bodyBytes
        self.bodySha256 = bodySha256
        self.reason = reason
        self.result = result
        self.receivedAt = receivedAt
        self.finishedAt = finishedAt
    }
}
