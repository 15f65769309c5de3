import Contracts
import Foundation
import Postgres

/// Messages that are to be written by one statement.
struct MessageRows {
    private var ids: [String] = []
    private var tenantIds: [String] = []
    private var runIds: [String] = []
    private var outputIds: [String?] = []
    private var types: [String] = []
    private var payloads: [SQLBytes] = []

    mutating func add(
        _ announcement: Announcement,
        tenantId: String,
        _ envelope: EventEnvelope
    ) throws -> String {
        let id = ResourceID.make(.message)
        ids.append(id)
        tenantIds.append(tenantId)
        runIds.append(announcement.runId)
        outputIds.append(announcement.outputId)
        types.append(announcement.type.rawValue)
        payloads.append(SQLBytes(try WireJSON.encode(envelope)))
        return id
    }

    var insertion: SQL {
        """
        INSERT INTO messages (id, tenant_id, run_id, output_id, event_type, payload)
        SELECT id, tenant_id, run_id, output_id, event_type, payload
        FROM unnest(\(ids), \(tenantIds), \(runIds), \(outputIds), \(types), \(payloads))
            AS new (id, tenant_id, run_id, output_id, event_type, payload)
        """
    }
}

/// Deliveries that are to be written by one statement, due in their order.
struct DeliveryRows {
    private var ids: [String] = []
    private var messageIds: [String] = []
    private var endpointIds: [String] = []

    mutating func add(messageId: String, endpointId: String) {
        ids.append(ResourceID.make(.delivery))
        messageIds.append(messageId)
        endpointIds.append(endpointId)
    }

    /// By the clock of the statement, not of the transaction's start, so the messages of a run are due in their order.
    ///
    /// The endpoints are locked, so that one that is deleted at this moment cannot fail the transition; it gets
    /// nothing, and is not waited for.
    var insertion: SQL {
        """
        INSERT INTO deliveries (id, message_id, endpoint_id, next_attempt_at)
        SELECT new.id, new.message_id, new.endpoint_id, clock_timestamp() + new.place * interval '1 microsecond'
        FROM unnest(\(ids), \(messageIds), \(endpointIds)) WITH ORDINALITY AS new (id, message_id, endpoint_id, place)
        JOIN endpoints e ON e.id = new.endpoint_id AND e.state = 'enabled'
        FOR KEY SHARE OF e SKIP LOCKED
        """
    }
}
