package import Contracts
package import Foundation
import Postgres

/// One `serve` process that shares the database.
package struct GatewayRecord: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        /// It takes up work.
        case serving
        /// It takes up none, and ends what it has.
        case draining
        /// It has ended what it had, and answers requests only.
        case drained
    }

    package let id: String
    package let version: String
    package let schemaVersion: Int
    package let state: State
    package let startedAt: Date
    package let seenAt: Date
    /// It has not been heard of for so long that the others have taken its work.
    package let isSilent: Bool

    static let columns = "id, version, schema_version, state, started_at, seen_at"

    init(_ row: Row) throws {
        id = try row.get("id")
        version = try row.get("version")
        schemaVersion = try row.get("schema_version")
        state = try row.get("state")
        startedAt = try row.get("started_at")
        seenAt = try row.get("seen_at")
        isSilent = try row.get("is_silent")
    }

    package func view() -> GatewayView {
        GatewayView(
            id: id,
            version: version,
            schemaVersion: schemaVersion,
            state: state.rawValue,
            isSilent: isSilent,
            startedAt: startedAt,
            seenAt: seenAt
        )
    }
}

extension GatewayRecord.State: SQLValue {}

/// What a gateway says of itself with every heartbeat.
package struct GatewayIdentity: Sendable, Hashable {
    package let id: String
    package let version: String
    package let mark: LeaseMark

    package init(id: String, version: String, mark: LeaseMark) {
        self.id = id
        self.version = version
        self.mark = mark
    }
}

/// What a gateway learns from its heartbeat.
package struct GatewayPulse: Sendable, Hashable {
    /// What it is to do.
    package let state: GatewayRecord.State
    /// How many others are alive.
    package let others: Int
    /// It was not known, or had been forgotten.
    package let isNew: Bool
}
