package import Foundation

/// An endpoint as messages about it show it: to all of the tenant's endpoints, so without what only its owner sees.
package struct EndpointNotice: Codable, Sendable, Hashable {
    package var id: String
    package var url: String
    package var eventTypes: [String]
    @Nullable package var description: String?
    package var state: String
    @Nullable package var disabledReason: String?
    package var createdAt: Date

    package init(
        id: String,
        url: String,
        eventTypes: [String],
        description: String?,
        state: String,
        disabledReason: String?,
        createdAt: Date
    ) {
        self.id = id
        self.url = url
        self.eventTypes = eventTypes
        self.description = description
        self.state = state
        self.disabledReason = disabledReason
        self.createdAt = createdAt
    }
}
