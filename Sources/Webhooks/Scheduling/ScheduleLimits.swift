/// How much may be under way, and how much may wait in memory.
struct ScheduleLimits: Sendable, Hashable {
    /// Attempts under way at once.
    ///
    /// Those that turn out to be slow only then are not counted twice: with them it may be twice as many for a while.
    var inFlightMax = 256
    /// Of these, for one endpoint that does not say otherwise.
    var inFlightPerEndpointMax = 10

    /// Deliveries in memory in all, of one tenant, and waiting for one endpoint; what is beyond stays in the table.
    var itemsMax = 8_192
    var itemsPerTenantMax = 2_048
    var itemsPerEndpointMax = 512
    /// Of payloads in memory.
    var bytesMax = 64 << 20

    /// Attempts that have ended and are still to be written down; then nothing more is taken up.
    ///
    /// With those that are under way by then it may be a few more.
    var unwrittenMax = 2_048

    /// An attempt without an answer for so long makes its endpoint a slow one.
    var patienceMs = 1_000
    /// How long a delivery may wait in memory; then it goes back to the table.
    var waitMsMax = 35_000
    /// Of an endpoint that has a rate, no more wait than it takes in this time.
    var rateWaitSecondsMax = 5

    /// Taken from the table by one statement, in all and of one endpoint.
    var claimMax = 512
    var claimPerEndpointMax = 64

    /// Urgent ones of one endpoint that is down which are taken from the table, with those that wait in memory.
    var urgentPerEndpointMax: Int { 4 }
    /// A fifth of all slots, which slow endpoints share.
    var inFlightSlowMax: Int { max(1, inFlightMax / 5) }
    /// An endpoint that has not answered yet, or not of late, gets no more at once.
    var inFlightUnprovenMax: Int { 2 }
    /// What slow ones hold beyond their share counts up to here.
    var inFlightHardMax: Int { inFlightMax * 2 }
    /// The shortest rest between two looks at all endpoints for what has waited for too long.
    var staleLookMs: Int { 100 }
    /// Of endpoints that are named as unwell.
    var unwellMax: Int { 256 }
    /// Endpoints that are remembered while nothing of theirs is here.
    var lanesMax: Int { 4_096 }
}
