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
        enqueue(
            """
            INSERT INTO events (id, run_id, type, stage, output_id, attempt, problem, related_id)
            VALUES (\(ResourceID.make(.event)), \(runId), \(event.type), \(event.stage), \(event.outputId),
                \(event.attempt), \(try SQLJSON.optional(event.problem)), \(event.relatedId))
            """
        )
    }

    /// Logs an event of the catalog and tells the tenant's endpoints: what they get is fixed here.
    func announce(_ type: EventType, run id: String, outputId: String? = nil, links: LinkMinter) throws {
        let isEnd = [.deliveryCompleted, .deliveryPartiallyFailed, .deliveryFailed].contains(type)
        let shorts: Reading<[OutputRecord]> =
            if isEnd {
                .outputs(where: "o.run_id = \(id)")
            } else if let outputId {
                .outputs(where: "o.id = \(outputId)")
            } else {
                .known([])
            }
        let tenant: SQL = "t.id = (SELECT r.tenant_id FROM runs r WHERE r.id = \(id))"
        let (aggregates, subscribers, told) = try read(
            .aggregates(runIds: [id]),
            .subscribers(tenants: tenant),
            shorts
        )
        let view = try view(of: id, in: aggregates, includesJobs: false)
        let outputs = told.map { $0.view(links: links, now: subscribers.now, includesTranscript: false) }
        var content = EventEnvelope.Content(run: view)
        content.output = outputs.first { $0.id == outputId }
        if let output = content.output { count(type, output, in: links.outlet?.shorts) }
        if isEnd { content.outputs = outputs }
        if type == .runReviewRequested {
            content.plan = try artifacts(runIds: [id]).first { $0.name.description == "plan.json" }?
                .view(links: links, now: subscribers.now)
        }
        try record(
            NewEvent(type, outputId: outputId, problem: content.output?.error ?? view.error),
            runId: id
        )
        try send(
            EventEnvelope(type: type, timestamp: subscribers.now, data: content),
            to: subscribers,
            tenantId: aggregates[0].run.tenantId,
            runId: id,
            outputId: outputId,
            links: links
        )
    }

    /// Counts the end of a short once it is committed.
    private func count(_ type: EventType, _ output: OutputView, in shorts: ShortCounters?) {
        let verdict: ShortCounters.Verdict
        switch type {
        case .outputRendered: verdict = ShortCounters.Verdict(of: output.qc)
        case .outputFailed: verdict = .failed
        default: return
        }
        whenEnded { isCommitted in
            if isCommitted { shorts?.count(verdict) }
        }
    }
}
