package import Foundation

/// Something that does not move, as operators see it.
package struct StuckView: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case run
        case job
        case task
        case callback
        case delivery
    }

    package var kind: Kind
    package var id: String
    package var tenantId: String
    @Nullable package var runId: String?
    @Nullable package var stage: String?
    @Nullable package var provider: String?
    package var state: String
    package var since: Date
    /// Why it does not move, in plain words.
    package var reason: String
    package var remedy: String

    package init(
        kind: Kind,
        id: String,
        tenantId: String,
        runId: String?,
        stage: String?,
        provider: String?,
        state: String,
        since: Date,
        reason: String,
        remedy: String
    ) {
        self.kind = kind
        self.id = id
        self.tenantId = tenantId
        self.runId = runId
        self.stage = stage
        self.provider = provider
        self.state = state
        self.since = since
        self.reason = reason
        self.remedy = remedy
    }
}

/// Answer of `GET /v1/ops/stuck`.
package struct StuckList: Codable, Sendable, Hashable {
    package var olderThanSeconds: Int
    /// Oldest first within each kind.
    package var data: [StuckView]
    /// Whether there is more of a kind than is shown.
    package var isTruncated: Bool

    package init(olderThanSeconds: Int, data: [StuckView], isTruncated: Bool) {
        self.olderThanSeconds = olderThanSeconds
        self.data = data
        self.isTruncated = isTruncated
    }

    private enum CodingKeys: String, CodingKey {
        case olderThanSeconds, data
        case isTruncated = "truncated"
    }
}

/// Answer of `POST /v1/ops/reconcile`: how much was made due.
package struct ReconcileReceipt: Codable, Sendable, Hashable {
    /// Live tasks that are polled, or dispatched, now.
    package var tasks: Int
    /// Leases of processes that are gone.
    package var leases: Int
    /// Stored callbacks that are applied now.
    package var callbacks: Int

    package init(tasks: Int, leases: Int, callbacks: Int) {
        self.tasks = tasks
        self.leases = leases
        self.callbacks = callbacks
    }
}
