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

    private let outlet: DeliveryOutlet?
    private let receiver: (any DeliveryReceiver)?
    private var ids: [String] = []
    private var messageIds: [String] = []
    private var endpointIds: [String] = []
    private var tokens: [UUID?] = []
    private var orderedRuns: [String?] = []
    private var leased: [ClaimedDelivery] = []

    init(_ outlet: DeliveryOutlet?) {
        self.outlet = outlet
        receiver = outlet?.handOver.receiver
    }

    mutating func add(_ message: OutboxMessage, to target: DeliveryTarget, isEnabled: Bool) {
        let id = ResourceID.make(.delivery)
        ids.append(id)
        messageIds.append(message.id)
        endpointIds.append(target.endpointId)
        orderedRuns.append(target.isOrdered ? message.runId : nil)
        guard isEnabled, !target.isOrdered, let outlet, let receiver,
            receiver.reserve(target, bytes: message.payload.count)
        else { return tokens.append(nil) }
        let delivery = ClaimedDelivery(
            deliveryId: id,
            message: message,
            target: target,
            leaseToken: outlet.makeToken()
        )
        tokens.append(delivery.leaseToken)
        leased.append(delivery)
    }

    /// Writes them with the messages and returns how many there are.
    func insert(after messages: MessageRows, in transaction: Transaction) throws -> Int {
        let written = Written()
        let (leased, receiver, leasedAt) = (leased, receiver, ContinuousClock.now)
        // Before anything can fail: the places are set aside already.
        if let receiver, !leased.isEmpty {
            transaction.whenEnded { isCommitted in
                receiver.release(leased.filter { !isCommitted || !written.ids.contains($0.deliveryId) })
                guard isCommitted else { return }
                receiver.take(leased.filter { written.ids.contains($0.deliveryId) }, leasedAt: leasedAt)
            }
        }
        guard !ids.isEmpty else { return try transaction.execute(messages.insertion) }
        let rows = try transaction.query(
            """
            WITH told AS (
                \(messages.insertion)
            )
            \(insertion)
            """
        )
        written.ids = Set(try rows.map { try $0.get("id", as: String.self) })
        noteSpill(in: transaction)
        return rows.count
    }

    private func noteSpill(in transaction: Transaction) {
        let spilled = Set(zip(endpointIds, tokens).compactMap { $1 == nil ? $0 : nil })
        guard let outlet, !spilled.isEmpty else { return }
        transaction.whenEnded { isCommitted in
            if isCommitted { outlet.handOver.spill(endpointIds: spilled) }
        }
    }

    /// By the clock of the statement, not of the transaction's start, so the messages of a run are due in their order.
    ///
    /// The endpoints are locked, so that one that is deleted at this moment cannot fail the transition; it gets
    /// nothing, and is not waited for.
    private var insertion: SQL {
        """
        INSERT INTO deliveries (id, message_id, endpoint_id, next_attempt_at, lease_token, lease_until, ordered_run,
            ordered_place)
        SELECT new.id, new.message_id, new.endpoint_id, clock_timestamp() + new.place * interval '1 microsecond',
            new.token, CASE WHEN new.token IS NOT NULL
                THEN clock_timestamp() + \(receiver?.leaseSeconds ?? 0) * interval '1 second' END,
            new.ordered_run,
            CASE WHEN new.ordered_run IS NOT NULL THEN
                (SELECT nextval('deliveries_order')) * \(Self.rowsMax) + new.place
            END
        FROM unnest(\(ids), \(messageIds), \(endpointIds), \(tokens), \(orderedRuns)) WITH ORDINALITY
            AS new (id, message_id, endpoint_id, token, ordered_run, place)
        JOIN endpoints e ON e.id = new.endpoint_id
        FOR KEY SHARE OF e SKIP LOCKED
        RETURNING id
        """
    }

    /// What the statement has written; some may have lost their endpoints.
    private final class Written {
        var ids: Set<String> = []
    }
}
