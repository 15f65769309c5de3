import Contracts
import Postgres

/// An endpoint, as far as it matters who wants which events; a disabled one may ask for them later.
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
    var isEnabled: Bool { state == "enabled" }

    /// A paused one has its deliveries held for it.
    var takesDeliveries: Bool { isEnabled || state == "paused" }

    func wants(_ type: EventType) -> Bool { types.isEmpty || types.contains(type.rawValue) }
}
