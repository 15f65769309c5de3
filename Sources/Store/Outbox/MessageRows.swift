import Contracts
import Foundation
import Postgres

/// Messages that are to be written by one statement.
struct MessageRows {
    private var ids: [String] = []
    private var tenantIds: [String] = []
    private var runIds: [String?] = []
    private var outputIds: [String?] = []
    private var types: [String] = []
    private var payloads: [SQLBytes] = []

    /// Adds a message and returns it as it is sent.
    mutating func add(
        _ envelope: EventEnvelope,
        tenantId: String,
        runId: String? = nil,
        outputId: String? = nil
    ) throws -> OutboxMessage {
        let id = ResourceID.make(.message)
        let message = OutboxMessage(
            id: id,
            runId: runId,
            type: envelope.type,
            payload: try envelope.payload(messageId: id),
            createdAt: envelope.timestamp
        )
        ids.append(message.id)
        tenantIds.append(tenantId)
        runIds.append(runId)
        outputIds.append(outputId)
        types.append(envelope.type.rawValue)
        payloads.append(SQLBytes(message.payload))
        return message
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
