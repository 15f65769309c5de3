import Foundation

/// Where one store hands deliveries over, whose leases they get, and where it counts the shorts that they tell of.
struct DeliveryOutlet: Sendable {
    let handOver: DeliveryHandOver
    let shorts: ShortCounters
    let leaseMark: LeaseMark?
    let targets = TargetCache()

    func makeToken() -> UUID { leaseMark?.makeToken() ?? UUID() }
}
