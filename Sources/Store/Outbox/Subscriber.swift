import Contracts
import Postgres

/// An endpoint, as far as it matters who wants which events.
struct Subscriber {
    let target: DeliveryTarget
    /// None means all.
    private let types: Set<String>
    private let state: String

    init(_ row: Row) throws {
        target = try DeliveryTarget(row)
        types = Set(try row.get("event_types", as: [String].self))
        state = try row.get("state")
    }

    var tenantId: String { target.tenantId }

    /// One that is paused or disabled has its deliveries held for it.
    var isEnabled: Bool { state == "enabled" }

    func wants(_ type: EventType) -> Bool {
        types.isEmpty || types.contains(type.rawValue) || types.contains(type.groupPattern)
    }
}
