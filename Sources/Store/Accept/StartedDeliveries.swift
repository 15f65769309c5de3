import Contracts
import Foundation
import Postgres

/// Deliveries that tell of accepted runs, on their way to the engine of this process.
struct StartedDeliveries: Sendable {
    let pool: PostgresPool
    let outlet: DeliveryOutlet?

    /// The last two arguments of `lease_started`, after the run: whether there is an engine, and whom it spares.
    var leaseSeconds: Int? { outlet?.handOver.receiver?.leaseSeconds }
    var leaseMark: String? { outlet?.leaseMark?.text }
    var unwell: [String] { outlet?.handOver.receiver?.unwellEndpoints ?? [] }

    /// Hands over what is committed, tells of what is left to the table, and does not make anybody wait for it.
    func handOver(_ started: [(runId: String, run: StartedRun)], leasedAt: ContinuousClock.Instant) {
        let spilled = Set(started.flatMap(\.run.spilled))
        if !spilled.isEmpty { outlet?.handOver.spill(endpointIds: spilled) }
        let leased = started.filter { !$0.run.deliveries.isEmpty }
        guard !leased.isEmpty else { return }
        Task { await give(leased, leasedAt) }
    }

    private func give(
        _ started: [(runId: String, run: StartedRun)],
        _ leasedAt: ContinuousClock.Instant
    ) async {
        let ids = Set(started.flatMap { $0.run.deliveries.map(\.endpointId) })
        let targets = await outlet?.targets.targets(of: ids, pool: pool) ?? [:]
        var refused: [DeliveryLease] = []
        var spilled: Set<String> = []
        for (runId, run) in started {
            let message = OutboxMessage(
                id: "msg_\(runId.dropFirst(4))",
                runId: runId,
                type: .runStarted,
                payload: Data((run.payload ?? "").utf8),
                createdAt: Date()
            )
            for leased in run.deliveries {
                guard let target = targets[leased.endpointId], let receiver = outlet?.handOver.receiver,
                    receiver.reserve(target, bytes: message.payload.count, isUrgent: false)
                else {
                    refused.append(DeliveryLease(deliveryId: leased.id, token: leased.token))
                    spilled.insert(leased.endpointId)
                    continue
                }
                let delivery = ClaimedDelivery(
                    deliveryId: leased.id,
                    message: message,
                    target: target,
                    leaseToken: leased.token
                )
                receiver.take([delivery], leasedAt: leasedAt)
            }
        }
        guard !refused.isEmpty else { return }
        // Where that fails they are free when their leases run out.
        try? await Store.handBack(refused, pool: pool)
        outlet?.handOver.spill(endpointIds: spilled)
    }
}
