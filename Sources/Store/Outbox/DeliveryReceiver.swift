/// Who sends deliveries that this process has committed, straight from memory.
package protocol DeliveryReceiver: AnyObject, Sendable {
    /// How long the lease of what is handed over holds.
    var leaseSeconds: Int { get }

    /// Endpoints that nothing should be leased for now; those that are most in the way, if there are many.
    var unwellEndpoints: [String] { get }

    /// Sets a place aside for a delivery that is about to be written; false when there is none.
    ///
    /// One that `isUrgent` gets a place also when its endpoint is believed to be down. `take` or `release` is owed for
    /// each place.
    func reserve(_ target: DeliveryTarget, bytes: Int, isUrgent: Bool) -> Bool

    /// Takes deliveries whose places are set aside, now that they are committed with their leases.
    ///
    /// The leases are no younger than `leasedAt`: the process may have been stopped since.
    func take(_ deliveries: [ClaimedDelivery], leasedAt: ContinuousClock.Instant)

    /// Frees the places of deliveries that were not written.
    func release(_ deliveries: [ClaimedDelivery])

    /// Hears that deliveries were committed which nobody has been given.
    func noteSpill(endpointIds: Set<String>)
}
