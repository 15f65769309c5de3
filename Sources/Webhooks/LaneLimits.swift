/// How many deliveries may be under way.
struct LaneLimits: Sendable, Hashable {
    var inFlightMax = 64
    var inFlightPerEndpointMax = 4

    /// Of the slots in all, those that slow endpoints may hold together.
    var inFlightSlowMax = 16
}
