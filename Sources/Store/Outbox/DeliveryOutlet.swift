import Foundation

/// Where one store hands deliveries over, and whose leases they get.
struct DeliveryOutlet: Sendable {
    let handOver: DeliveryHandOver
    let leaseMark: LeaseMark?
    let targets = TargetCache()

    func makeToken() -> UUID { leaseMark?.makeToken() ?? UUID() }
}
