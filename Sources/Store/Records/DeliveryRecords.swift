package import Foundation
import Postgres

/// A message that is due at an endpoint.
package struct ClaimedDelivery: Sendable, Hashable {
    package let deliveryId: String
    package let messageId: String
    package let tenantId: String
    package let endpointId: String
    package let url: String
    /// The endpoint's keys, the current secret first; those that expire are to be left out from then on.
    package let keys: [SigningKey]
    package let eventType: String
    /// The same bytes at every attempt.
    package let payload: Data
    /// Of the attempt that is now to be made, 1 first.
    package let attemptNumber: Int
    package let leaseToken: UUID
    package let deliveryCreatedAt: Date

    package var lease: DeliveryLease { DeliveryLease(deliveryId: deliveryId, token: leaseToken) }

    init(_ row: Row) throws {
        deliveryId = try row.get("id")
        messageId = try row.get("message_id")
        tenantId = try row.get("tenant_id")
        endpointId = try row.get("endpoint_id")
        url = try row.get("url")
        keys = try [SigningKey](row)
        eventType = try row.get("event_type")
        payload = try row.data("payload")
        attemptNumber = try row.get("attempts", as: Int.self) + 1
        leaseToken = try row.get("lease_token")
        deliveryCreatedAt = try row.get("created_at")
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

/// One message of a tenant, as it was fixed when its event committed.
package struct MessageRecord: Codable, Sendable, Hashable {
    package let id: String
    package let runId: String?
    package let eventType: String
    /// The text that every attempt sends.
    package let payload: String
    package let createdAt: Date

    init(_ row: Row) throws {
        id = try row.get("id")
        runId = try row.get("run_id")
        eventType = try row.get("event_type")
        payload = String(decoding: try row.data("payload"), as: UTF8.self)
        createdAt = try row.get("created_at")
    }
}
