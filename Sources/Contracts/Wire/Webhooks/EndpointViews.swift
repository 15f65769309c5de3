package import Foundation

/// Body of `POST /v1/webhook-endpoints`.
package struct EndpointRequest: Codable, Sendable, Hashable {
    package var url: String
    /// Types and patterns such as `run.*`; nil or empty subscribes to every type.
    package var eventTypes: [String]?
    package var description: String?
    /// Given by the client, or made by the gateway.
    package var secret: String?
    /// Sent with every attempt.
    package var headers: [String: String]?
    package var ratePerSecond: Int?
    package var inFlightMax: Int?
    package var ordering: EndpointOrdering?
    /// `v1` and, if asked for, `v1a`.
    package var signatures: [WebhookScheme]?

    package init(
        url: String,
        eventTypes: [String]? = nil,
        description: String? = nil,
        secret: String? = nil,
        headers: [String: String]? = nil,
        ratePerSecond: Int? = nil,
        inFlightMax: Int? = nil,
        ordering: EndpointOrdering? = nil,
        signatures: [WebhookScheme]? = nil
    ) {
        self.url = url
        self.eventTypes = eventTypes
        self.description = description
        self.secret = secret
        self.headers = headers
        self.ratePerSecond = ratePerSecond
        self.inFlightMax = inFlightMax
        self.ordering = ordering
        self.signatures = signatures
    }
}

/// What an endpoint may rely on of the order in which messages come.
package enum EndpointOrdering: String, Codable, Sendable, CaseIterable {
    /// Nothing: what is ready is sent.
    case none
    /// The messages of a run come one after the other, each when the one before it has ended.
    case run
}

/// A webhook endpoint as its owner sees it.
package struct EndpointView: Codable, Sendable, Hashable {
    package var id: String
    package var url: String
    /// As its owner wrote them.
    package var eventTypes: [String]
    @Nullable package var description: String?
    /// `enabled`, `paused` or `disabled`.
    package var state: String
    @Nullable package var disabledReason: String?
    /// The first failure since the last success.
    @Nullable package var failingSince: Date?
    /// Names of the custom headers; the values are not shown again, since they may be secrets.
    package var headerNames: [String]
    @Nullable package var ratePerSecond: Int?
    @Nullable package var inFlightMax: Int?
    package var ordering: EndpointOrdering
    package var signatures: [WebhookScheme]
    /// What `v1a` signatures are verified with.
    @Nullable package var publicKey: String?
    /// Shown once, in the answer to the creation.
    package var secret: String?
    package var createdAt: Date
    package var updatedAt: Date

    package init(
        id: String,
        url: String,
        eventTypes: [String],
        description: String?,
        state: String,
        disabledReason: String?,
        failingSince: Date?,
        headerNames: [String],
        ratePerSecond: Int?,
        inFlightMax: Int?,
        ordering: EndpointOrdering,
        signatures: [WebhookScheme],
        publicKey: String?,
        secret: String?,
        createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.url = url
        self.eventTypes = eventTypes
        self.description = description
        self.state = state
        self.disabledReason = disabledReason
        self.failingSince = failingSince
        self.headerNames = headerNames
        self.ratePerSecond = ratePerSecond
        self.inFlightMax = inFlightMax
        self.ordering = ordering
        self.signatures = signatures
        self.publicKey = publicKey
        self.secret = secret
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
