import Contracts
import Foundation
import Store
import Threads

/// Endpoints at the receiver, in tenants that have a hundred each at most.
struct BenchTargets: Sendable {
    struct Target: Sendable {
        let tenantId: String
        let endpointId: String
    }

    private(set) var healthy: [Target] = []
    private(set) var hanging: [Target] = []

    static func make(store: Store, receiver: String, count: Int, hanging: Int) async throws -> BenchTargets {
        var targets = BenchTargets()
        var tenantId = ""
        for number in 0..<count {
            if number % Store.endpointsPerTenantMax == 0 {
                tenantId = try await store.createTenant(name: "bench \(ResourceID.make(.tenant))")
            }
            // Spread over all tenants.
            let hangs = hanging > 0 && number % (count / hanging) == 0 && targets.hanging.count < hanging
            let made = Locked<String?>(nil)
            _ = try await store.createEndpoint(
                tenantId: tenantId,
                settings: EndpointSettings(
                    url: "\(receiver)/\(hangs ? "hang" : "hook")/\(number)",
                    filter: EventFilter(["webhook.test"])
                ),
                secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                claim: nil
            ) { view in
                made.withLock { $0 = view.id }
                return StoredResponse(status: 201, headers: [:], body: Data())
            }
            guard let id = made.withLock(\.self) else { throw CancellationError() }
            let target = Target(tenantId: tenantId, endpointId: id)
            if hangs { targets.hanging.append(target) } else { targets.healthy.append(target) }
        }
        return targets
    }
}
