package import Foundation

/// One `serve` process, as operators see it.
package struct GatewayView: Codable, Sendable, Hashable {
    package var id: String
    package var version: String
    package var schemaVersion: Int
    /// `serving`, `draining` or `drained`.
    package var state: String
    /// It has not been heard of for so long that the others have taken its work.
    package var isSilent: Bool
    package var startedAt: Date
    package var seenAt: Date

    package init(
        id: String,
        version: String,
        schemaVersion: Int,
        state: String,
        isSilent: Bool,
        startedAt: Date,
        seenAt: Date
    ) {
        self.id = id
        self.version = version
        self.schemaVersion = schemaVersion
        self.state = state
        self.isSilent = isSilent
        self.startedAt = startedAt
        self.seenAt = seenAt
    }
}
