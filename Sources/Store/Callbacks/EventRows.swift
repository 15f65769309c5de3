import Contracts
import Pipeline
import Postgres

/// Lines of logs that are to be written by one statement, in their order.
struct EventRows {
    private var ids: [String] = []
    private var runIds: [String] = []
    private var types: [String] = []
    private var stages: [String?] = []
    private var outputIds: [String?] = []
    private var attempts: [Int?] = []

    mutating func add(_ event: NewEvent, runId: String) {
        ids.append(ResourceID.make(.event))
        runIds.append(runId)
        types.append(event.type)
        stages.append(event.stage?.rawValue)
        outputIds.append(event.outputId)
        attempts.append(event.attempt)
    }

    /// Numbers the lines in their order: the runs are locked, so it is the order of their sequence.
    var insertion: SQL {
        """
        INSERT INTO events (id, run_id, type, stage, output_id, attempt)
        SELECT id, run_id, type, stage, output_id, attempt
        FROM unnest(\(ids), \(runIds), \(types), \(stages), \(outputIds), \(attempts)) WITH ORDINALITY
            AS new (id, run_id, type, stage, output_id, attempt, place)
        ORDER BY place
        """
    }
}
