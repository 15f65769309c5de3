package import Contracts
package import Foundation
import Postgres

/// Where a tenant wants its webhooks.
package struct EndpointRecord: Sendable, Hashable {
    package let id: String
    package let tenantId: String
    package let url: String
    package let eventTypes: [String]
    package let description: String?
    package let secret: String
    package let isEnabled: Bool
    package let disabledReason: String?
    package let createdAt: Date

    /// The endpoint as its owner sees it; the secret only in the answer to its creation.
    package func view(showsSecret: Bool = false) -> EndpointView {
        EndpointView(
            id: id,
            url: url,
            eventTypes: eventTypes,
            description: description,
            state: isEnabled ? "enabled" : "disabled",
            disabledReason: disabledReason,
            secret: showsSecret ? secret : nil,
            createdAt: createdAt
        )
    }

    static let columns = """
        id, tenant_id, url, event_types, description, secret, state, disabled_reason, created_at
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        tenantId = try row.get("tenant_id")
        url = try row.get("url")
        eventTypes = try row.get("event_types")
        description = try row.get("description")
        secret = try row.get("secret")
        isEnabled = try row.get("state", as: String.self) == "enabled"
        disabledReason = try row.get("disabled_reason")
        createdAt = try row.get("created_at")
    }
}
