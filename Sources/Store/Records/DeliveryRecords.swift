import Contracts
package import Foundation
import Postgres

/// A message that is due at an endpoint, leased to whoever has this.
package struct ClaimedDelivery: Sendable, Hashable {
    package let deliveryId: String
    package let messageId: String
    package let target: DeliveryTarget
    package let eventType: String
    /// The same bytes at every attempt.
    package let payload: Data
    /// Of the attempt that is now to be made, 1 first.
    package let attemptNumber: Int
    /// How many attempts there were before the last replay: the pauses between attempts begin anew with it.
    package let replayedFrom: Int
    package let leaseToken: UUID
    package let deliveryCreatedAt: Date
    /// It goes also to an endpoint that is believed to be down, and before all else.
    package let isUrgent: Bool

    /// The number of the attempt since the delivery began or was replayed, 1 first.
    package var scheduleNumber: Int { attemptNumber - replayedFrom }

    package var lease: DeliveryLease { DeliveryLease(deliveryId: deliveryId, token: leaseToken) }
    package var endpointId: String { target.endpointId }
    package var tenantId: String { target.tenantId }
    package var url: String { target.url }
    package var keys: [SigningKey] { target.keys }
    package var headers: [String: String] { target.headers }

    init(_ row: Row) throws {
        deliveryId = try row.get("id")
        messageId = try row.get("message_id")
        target = try DeliveryTarget(row)
        eventType = try row.get("event_type")
        payload = try row.data("payload")
        attemptNumber = try row.get("attempts", as: Int.self) + 1
        replayedFrom = try row.get("replayed_from")
        leaseToken = try row.get("lease_token")
        deliveryCreatedAt = try row.get("created_at")
        isUrgent = try row.get("is_urgent")
    }

    /// One that is about to be written.
    init(
        deliveryId: String,
        message: OutboxMessage,
        target: DeliveryTarget,
        leaseToken: UUID,
        isUrgent: Bool = false
    ) {
        self.deliveryId = deliveryId
        messageId = message.id
        self.target = target
        eventType = message.type.rawValue
        payload = message.payload
        attemptNumber = 1
        replayedFrom = 0
        self.leaseToken = leaseToken
        deliveryCreatedAt = message.createdAt
        self.isUrgent = isUrgent
    }
}

/// The right to write down what came of one attempt.
package struct DeliveryLease: Sendable, Hashable {
    package let deliveryId: String
    package let token: UUID

    package init(deliveryId: String, token: UUID) {
        self.deliveryId = deliveryId
        self.token = token
    }
}
