import Contracts
import Foundation
import Pipeline
import Postgres

/// One line of a run's log that is to be written.
struct NewEvent: Sendable {
    var type: String
    var stage: Stage?
    var outputId: String?
    var attempt: Int?
    var problem: Problem?
    /// The job or short that is reused or waited for.
    var relatedId: String?

    init(
        _ type: String,
        stage: Stage? = nil,
        outputId: String? = nil,
        attempt: Int? = nil,
        problem: Problem? = nil,
        relatedId: String? = nil
    ) {
        self.type = type
        self.stage = stage
        self.outputId = outputId
        self.attempt = attempt
        self.problem = problem
        self.relatedId = relatedId
    }

    init(_ type: EventType, outputId: String? = nil, problem: Problem? = nil) {
        self.init(type.rawValue, outputId: outputId, problem: problem)
    }
}

extension Transaction {
    /// Appends to the log of a run whose row this transaction has locked.
    func record(_ event: NewEvent, runId: String) throws {
        try execute(
            """
            INSERT INTO events (id, run_id, type, stage, output_id, attempt, problem, related_id)
            VALUES (\(ResourceID.make(.event)), \(runId), \(event.type), \(event.stage), \(event.outputId),
                \(event.attempt), \(try SQLJSON.optional(event.problem)), \(event.relatedId))
            """
        )
    }

    /// Logs an event of the catalog and tells the tenant's endpoints: what they get is fixed here.
    func announce(_ type: EventType, run id: String, outputId: String? = nil, links: LinkMinter) throws {
        let view = try runView(id: id, includesJobs: false)
        var content = EventEnvelope.Content(run: view)
        let now = try now()
        if let outputId {
            content.output = try outputs(where: "o.id = \(outputId)").first?
                .view(links: links, now: now, includesTranscript: false)
        }
        switch type {
        case .runReviewRequested:
            content.plan = try artifacts(runIds: [id]).first { $0.name.description == "plan.json" }?
                .view(links: links, now: now)
        case .deliveryCompleted, .deliveryPartiallyFailed, .deliveryFailed:
            content.outputs = try outputs(where: "o.run_id = \(id)")
                .map { $0.view(links: links, now: now, includesTranscript: false) }
        default:
            break
        }
        try record(
            NewEvent(type, outputId: outputId, problem: content.output?.error ?? view.error),
            runId: id
        )
        let tenantId: String = try query("SELECT tenant_id FROM runs WHERE id = \(id)")[0].get("tenant_id")
        let envelope = EventEnvelope(type: type, timestamp: now, data: content)
        try send(envelope, tenantId: tenantId, runId: id, outputId: outputId, links: links)
    }
}
