package import Foundation

/// One message of a tenant, as it was fixed when its event committed.
package struct MessageView: Codable, Sendable, Hashable {
    /// The `webhook-id` of every attempt.
    package var id: String
    package var eventType: String
    @Nullable package var runId: String?
    @Nullable package var outputId: String?
    package var createdAt: Date
    /// When retention took the payload: it cannot be sent again since.
    @Nullable package var payloadRemovedAt: Date?
    /// The very text that every attempt sends, where one message is asked for; left out when it is not kept any more.
    package var payload: String?
    /// What became of it at each endpoint, where one message is asked for.
    package var deliveries: [DeliveryView]?

    package init(
        id: String,
        eventType: String,
        runId: String?,
        outputId: String?,
        createdAt: Date,
        payloadRemovedAt: Date?,
        payload: String? = nil,
        deliveries: [DeliveryView]? = nil
    ) {
        self.id = id
        self.eventType = eventType
        self.runId = runId
        self.outputId = outputId
        self.createdAt = createdAt
        self.payloadRemovedAt = payloadRemovedAt
        self.payload = payload
        self.deliveries = deliveries
    }
}

/// A page of the feed: like any other page, but `next` is always there, since events go on.
package struct FeedPage: Codable, Sendable, Hashable {
    package var data: [MessageView]
    /// Whether there is more at once.
    package var hasMore: Bool
    /// Where to go on, now or later.
    package var next: String

    package init(data: [MessageView], hasMore: Bool, next: String) {
        self.data = data
        self.hasMore = hasMore
        self.next = next
    }
}

/// What came of a wish to have messages again.
package struct ReplayView: Codable, Sendable, Hashable {
    /// Deliveries that had ended, or waited for their next attempt, and are due now.
    package var replayed: Int
    /// Deliveries that there had not been, such as those of an endpoint that is younger than the message.
    package var created: Int
    /// Deliveries that are under way or due already.
    package var leftAlone: Int
    /// Messages whose payload is not kept any more.
    package var expired: Int
    /// Whether the same request with `after` finds more.
    package var hasMore: Bool
    @Nullable package var next: String?

    package init(replayed: Int, created: Int, leftAlone: Int, expired: Int, hasMore: Bool, next: String?) {
        self.replayed = replayed
        self.created = created
        self.leftAlone = leftAlone
        self.expired = expired
        self.hasMore = hasMore
        self.next = next
    }
}
