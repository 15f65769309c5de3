import Contracts
import Foundation
import Postgres

/// Deliveries that are to be written by one statement, due in their order.
///
/// Those that the engine of this process has a place for are written with a lease and handed to it when they are
/// committed. All others are written without one, for whoever reads the table.
struct DeliveryRows {
    /// More than one statement can write.
    private static let rowsMax = 1_000_000

    /// One that is to be written.
    private struct Draft {
        let id: String
        let message: OutboxMessage
        let target: DeliveryTarget
        let isEnabled: Bool
        let isUrgent: Bool
        var token: UUID?

        /// The run whose messages it has its place among.
        var orderedRun: String? { target.isOrdered ? message.runId : nil }
    }

    private let outlet: DeliveryOutlet?
    private let receiver: (any DeliveryReceiver)?
    private var rows: [Draft] = []

    init(_ outlet: DeliveryOutlet?) {
        self.outlet = outlet
        receiver = outlet?.handOver.receiver
    }

    /// One that `isUrgent` goes also to an endpoint that is believed to be down.
    mutating func add(
        _ message: OutboxMessage,
        to target: DeliveryTarget,
        isEnabled: Bool,
        isUrgent: Bool = false
    ) {
        rows.append(
            Draft(
                id: ResourceID.make(.delivery),
                message: message,
                target: target,
                isEnabled: isEnabled,
                isUrgent: isUrgent
            )
        )
    }

    /// Has them written with the messages, before the transaction ends.
    mutating func insert(after messages: MessageRows, in transaction: Transaction) {
        let written = Written()
        let (leased, receiver, leasedAt) = (lease(), receiver, ContinuousClock.now)
        // Before anything can fail: the places are set aside already.
        if let receiver, !leased.isEmpty {
            transaction.whenEnded { isCommitted in
                receiver.release(leased.filter { !isCommitted || !written.ids.contains($0.deliveryId) })
                guard isCommitted else { return }
                receiver.take(leased.filter { written.ids.contains($0.deliveryId) }, leasedAt: leasedAt)
            }
        }
        guard !rows.isEmpty else { return transaction.enqueue(messages.insertion) }
        transaction.enqueue(
            """
            WITH told AS (
                \(messages.insertion)
            )
            \(insertion)
            """
        ) { rows in
            written.ids = Set(try rows.map { try $0.get("id", as: String.self) })
        }
        noteSpill(in: transaction)
    }

    /// Sets places aside where there are any, and returns what is to be leased for them.
    private mutating func lease() -> [ClaimedDelivery] {
        guard let outlet, let receiver else { return [] }
        var leased: [ClaimedDelivery] = []
        for (place, row) in rows.enumerated() where row.isEnabled && row.orderedRun == nil {
            guard
                receiver.reserve(row.target, bytes: row.message.payload.count, isUrgent: row.isUrgent)
            else { continue }
            let delivery = ClaimedDelivery(
                deliveryId: row.id,
                message: row.message,
                target: row.target,
                leaseToken: outlet.makeToken(),
                isUrgent: row.isUrgent
            )
            rows[place].token = delivery.leaseToken
            leased.append(delivery)
        }
        return leased
    }

    /// What endpoints that get nothing now are owed wakes nobody.
    private func noteSpill(in transaction: Transaction) {
        let spilled = Set(rows.filter { $0.isEnabled && $0.token == nil }.map(\.target.endpointId))
        guard let outlet, !spilled.isEmpty else { return }
        transaction.whenEnded { isCommitted in
            if isCommitted { outlet.handOver.spill(endpointIds: spilled) }
        }
    }

    /// By the clock of the statement, not of the transaction's start, so the messages of a run are due in their order.
    ///
    /// The endpoints are locked, so that one whose row is removed at this moment cannot fail the transition; it gets
    /// nothing, and is not waited for.
    private var insertion: SQL {
        """
        INSERT INTO deliveries (id, message_id, endpoint_id, next_attempt_at, lease_token, lease_until, is_urgent,
            ordered_run, ordered_place)
        SELECT new.id, new.message_id, new.endpoint_id, clock_timestamp() + new.place * interval '1 microsecond',
            new.token, CASE WHEN new.token IS NOT NULL
                THEN clock_timestamp() + \(receiver?.leaseSeconds ?? 0) * interval '1 second' END,
            new.is_urgent, new.ordered_run,
            CASE WHEN new.ordered_run IS NOT NULL THEN
                (SELECT nextval('deliveries_order')) * \(Self.rowsMax) + new.place
            END
        FROM unnest(\(rows.map(\.id)), \(rows.map(\.message.id)), \(rows.map(\.target.endpointId)),
            \(rows.map(\.token)), \(rows.map(\.isUrgent)), \(rows.map(\.orderedRun))) WITH ORDINALITY
            AS new (id, message_id, endpoint_id, token, is_urgent, ordered_run, place)
        JOIN endpoints e ON e.id = new.endpoint_id AND e.deleted_at IS NULL
        FOR KEY SHARE OF e SKIP LOCKED
        RETURNING id
        """
    }

    /// What the statement has written; some may have lost their endpoints.
    private final class Written {
        var ids: Set<String> = []
    }
}
