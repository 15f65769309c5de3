package import Contracts
package import Foundation
import Postgres

/// Where a tenant wants its webhooks.
package struct EndpointRecord: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case enabled
        /// By its owner: what there is for it waits.
        case paused
        /// By us, with the reason: what there is for it waits.
        case disabled
    }

    package let id: String
    package let tenantId: String
    package let url: String
    /// As its owner wrote them.
    package let eventTypes: [String]
    package let description: String?
    package let secret: String
    package let state: State
    package let disabledReason: String?
    package let failingSince: Date?
    package let headers: [String: String]
    package let ratePerSecond: Int?
    package let inFlightMax: Int?
    package let ordering: EndpointOrdering
    /// Of its Ed25519 key, if it has one.
    package internal(set) var publicKey: String?
    package let createdAt: Date
    package let updatedAt: Date

    package var isEnabled: Bool { state == .enabled }

    /// The endpoint as its owner sees it; the secret only in the answer to its creation.
    package func view(showsSecret: Bool = false) -> EndpointView {
        EndpointView(
            id: id,
            url: url,
            eventTypes: eventTypes,
            description: description,
            state: state.rawValue,
            disabledReason: disabledReason,
            failingSince: failingSince,
            headerNames: headers.keys.sorted(),
            ratePerSecond: ratePerSecond,
            inFlightMax: inFlightMax,
            ordering: ordering,
            signatures: publicKey == nil ? [.v1] : [.v1, .v1a],
            publicKey: publicKey,
            secret: showsSecret ? secret : nil,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }

    /// The endpoint as messages about it show it.
    var notice: EndpointNotice {
        EndpointNotice(
            id: id,
            url: url,
            eventTypes: eventTypes,
            description: description,
            state: state.rawValue,
            disabledReason: disabledReason,
            createdAt: createdAt
        )
    }

    static let columns = """
        id, tenant_id, url, coalesce(event_filters, event_types) AS event_types, description, secret, state,
        disabled_reason, failing_since, headers, rate_per_second, in_flight_max, ordering, created_at, updated_at,
        (
            SELECT k.public_key
            FROM endpoint_keys k
            WHERE k.endpoint_id = endpoints.id AND k.scheme = 'v1a' AND k.expires_at IS NULL
        ) AS public_key
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        tenantId = try row.get("tenant_id")
        url = try row.get("url")
        eventTypes = try row.get("event_types")
        description = try row.get("description")
        secret = try row.get("secret")
        state = State(rawValue: try row.get("state")) ?? .disabled
        disabledReason = try row.get("disabled_reason")
        failingSince = try row.get("failing_since")
        headers = try row.json("headers")
        ratePerSecond = try row.get("rate_per_second")
        inFlightMax = try row.get("in_flight_max")
        ordering = EndpointOrdering(rawValue: try row.get("ordering")) ?? .none
        publicKey = try row.get("public_key")
        createdAt = try row.get("created_at")
        updatedAt = try row.get("updated_at")
    }
}
