package import Foundation

/// Body of `POST /v1/webhook-endpoints`.
package struct EndpointRequest: Codable, Sendable, Hashable {
    package var url: String
    /// Nil or empty subscribes to every type.
    package var eventTypes: [String]?
    package var description: String?
    /// Given by the client, or made by the gateway.
    package var secret: String?

    package init(url: String, eventTypes: [String]? = nil, description: String? = nil, secret: String? = nil)
    {
        self.url = url
        self.eventTypes = eventTypes
        self.description = description
        self.secret = secret
    }
}

/// A webhook endpoint as its owner sees it.
package struct EndpointView: Codable, Sendable, Hashable {
    package var id: String
    package var url: String
    package var eventTypes: [String]
    @Nullable package var description: String?
    /// `enabled` or `disabled`.
    package var state: String
    @Nullable package var disabledReason: String?
    /// Shown once, in the answer to the creation.
    package var secret: String?
    package var createdAt: Date

    package init(
        id: String,
        url: String,
        eventTypes: [String],
        description: String?,
        state: String,
        disabledReason: String?,
        secret: String?,
        createdAt: Date
    ) {
        self.id = id
        self.url = url
        self.eventTypes = eventTypes
        self.description = description
        self.state = state
        self.disabledReason = disabledReason
        self.secret = secret
        self.createdAt = createdAt
    }
}

/// One message on its way to one endpoint.
package struct DeliveryView: Codable, Sendable, Hashable {
    package struct Attempt: Codable, Sendable, Hashable {
        package var number: Int
        /// `delivered`, `rejected` or `unknown`.
        package var outcome: String
        @Nullable package var status: Int?
        @Nullable package var problem: Problem?
        package var durationMs: Int
        /// The first 16 KiB of the answer.
        @Nullable package var responseBody: String?
        package var startedAt: Date

        package init(
            number: Int,
            outcome: String,
            status: Int?,
            problem: Problem?,
            durationMs: Int,
            responseBody: String?,
            startedAt: Date
        ) {
            self.number = number
            self.outcome = outcome
            self.status = status
            self.problem = problem
            self.durationMs = durationMs
            self.responseBody = responseBody
            self.startedAt = startedAt
        }
    }

    package var id: String
    package var messageId: String
    package var endpointId: String
    package var eventType: String
    /// `pending`, `delivered` or `exhausted`.
    package var state: String
    package var attempts: [Attempt]
    @Nullable package var nextAttemptAt: Date?
    package var createdAt: Date

    package init(
        id: String,
        messageId: String,
        endpointId: String,
        eventType: String,
        state: String,
        attempts: [Attempt],
        nextAttemptAt: Date?,
        createdAt: Date
    ) {
        self.id = id
        self.messageId = messageId
        self.endpointId = endpointId
        self.eventType = eventType
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.createdAt = createdAt
    }
}
