import Contracts
import Foundation
import Pipeline
import Postgres
import Threads

/// Steps that several transitions share. The run's row is locked by their callers.
extension Transaction {
    /// Publishes artifacts under a job's current attempt and returns their ids by name.
    @discardableResult
    func publish(_ artifacts: [NewArtifact], job: JobRecord) throws -> [String: String] {
        guard !artifacts.isEmpty else { return [:] }
        let ids = artifacts.map { _ in ResourceID.make(.artifact) }
        let names = artifacts.map(\.name.description)
        try execute(
            """
            INSERT INTO artifacts (id, tenant_id, run_id, job_id, stage, attempt, name, sha256, size_bytes, media_type,
                location)
            SELECT new.id, r.tenant_id, r.id, \(job.id), \(job.stage), \(job.attempt), new.name, new.sha256,
                new.size_bytes, new.media_type, new.location
            FROM unnest(\(ids), \(names), \(artifacts.map(\.sha256)), \(artifacts.map { Int($0.sizeBytes) }),
                \(artifacts.map(\.mediaType)), \(artifacts.map(\.location)))
                AS new (id, name, sha256, size_bytes, media_type, location)
            CROSS JOIN runs r
            WHERE r.id = \(job.runId)
            """
        )
        return Dictionary(zip(names, ids), uniquingKeysWith: { first, _ in first })
    }

    /// Puts a job back for another attempt after a delay.
    func retry(_ job: JobRecord, problem: Problem, afterMs delayMs: Int) throws {
        try execute(
            """
            UPDATE jobs
            SET state = 'pending', not_before = now() + \(delayMs) * interval '1 millisecond', progress = 0,
                problem = \(try SQLJSON(encoding: problem)), computing = NULL, lease_token = NULL,
                lease_until = NULL
            WHERE id = \(job.id) AND state = 'in_progress' AND attempt = \(job.attempt)
            """
        )
        let event = NewEvent("job.retrying", stage: job.stage, attempt: job.attempt, problem: problem)
        try record(event, runId: job.runId)
    }

    /// Fails a job for good, and with it its run.
    func fail(_ job: JobRecord, problem: Problem, links: LinkMinter) throws {
        let json = try SQLJSON(encoding: problem)
        try execute(
            """
            UPDATE jobs
            SET state = 'failed', problem = \(json), finished_at = now(), computing = NULL, lease_token = NULL,
                lease_until = NULL
            WHERE id = \(job.id) AND state = 'in_progress' AND attempt = \(job.attempt)
            """
        )
        let event = NewEvent("job.failed", stage: job.stage, attempt: job.attempt, problem: problem)
        try record(event, runId: job.runId)
        let changed = try execute(
            """
            UPDATE runs
            SET state = 'failed', failed_at = now(), finished_at = now(), problem = \(json)
            WHERE id = \(job.runId) AND state = 'started'
            """
        )
        guard changed == 1 else { return }
        let reason = Problem(.cancelled, detail: "stage '\(job.stage.rawValue)' of the run failed")
        try endLiveWork(runId: job.runId, problem: reason)
        try announce(.runFailed, run: job.runId, links: links)
    }

    /// Ends what a run that is over still had under way: nothing of it may come to anything.
    func endLiveWork(runId: String, problem: Problem) throws {
        let json = try SQLJSON(encoding: problem)
        // A task that its provider knows of keeps a time at which the provider is told to stop.
        try execute(
            """
            UPDATE tasks
            SET state = 'abandoned', finished_at = now(), next_action_at = NULL, lease_token = NULL,
                lease_until = NULL, cancel_at = CASE WHEN dispatches > 0 OR state <> 'minted' THEN now() END
            WHERE run_id = \(runId) AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
        try execute(
            """
            UPDATE jobs
            SET state = 'failed', problem = \(json), finished_at = now(), computing = NULL, lease_token = NULL,
                lease_until = NULL
            WHERE run_id = \(runId) AND state = 'in_progress'
            """
        )
        // Never due again, unless a reset says so.
        try execute(
            "UPDATE jobs SET not_before = 'infinity', waits_on = NULL WHERE run_id = \(runId) AND state = 'pending'"
        )
        try execute(
            """
            UPDATE outputs
            SET state = 'failed', problem = \(json), finished_at = now(), waits_on = NULL, computing = NULL
            WHERE run_id = \(runId) AND state IN ('pending', 'rendering')
            """
        )
        try execute("UPDATE runs SET outputs_open = 0 WHERE id = \(runId) AND outputs_open > 0")
    }

    /// Counts a short of a run as ended, and closes the delivery when it was the last one.
    func closeDelivery(runId: String, links: LinkMinter) throws {
        guard
            let counts = try query(
                """
                SELECT r.state, r.outputs_open, count(o.id) FILTER (WHERE o.state = 'rendered') AS rendered,
                    count(o.id) FILTER (WHERE o.state = 'failed') AS failed
                FROM runs r
                LEFT JOIN outputs o ON o.run_id = r.id
                WHERE r.id = \(runId)
                GROUP BY r.id
                """
            ).first
        else { return }
        let signal = RunSignal.shortsEnded(
            1,
            open: try counts.get("outputs_open"),
            rendered: try counts.get("rendered"),
            failed: try counts.get("failed")
        )
        switch try counts.get("state", as: RunState.self).decide(signal) {
        case .ignore: return
        case .goOn(_, let open):
            try execute("UPDATE runs SET outputs_open = \(open) WHERE id = \(runId)")
        case .end(let state, let delivery):
            try execute("UPDATE runs SET outputs_open = 0 WHERE id = \(runId)")
            guard let delivery else { return }
            try closeDelivery(runId: runId, state: state, delivery: delivery, links: links)
        }
    }

    private func closeDelivery(
        runId: String,
        state: RunState,
        delivery: DeliveryState,
        links: LinkMinter
    ) throws {
        let changed = try execute(
            """
            UPDATE runs
            SET state = \(state), finished_at = now()
            WHERE id = \(runId) AND state = 'analysis_complete'
            """
        )
        guard changed == 1 else { return }
        let problem = delivery == .failed ? Problem(.renderFailed, detail: "no short could be rendered") : nil
        let job = try query(
            """
            UPDATE jobs j
            SET state = \(problem == nil ? JobState.completed : JobState.failed), progress = 1, finished_at = now(),
                problem = \(try SQLJSON.optional(problem))
            WHERE j.run_id = \(runId) AND j.stage = 'render' AND j.state = 'in_progress'
            RETURNING \(unescaped: JobRecord.columns)
            """
        ).first.map { try JobRecord($0) }
        if let job {
            let type = problem == nil ? "job.completed" : "job.failed"
            try record(NewEvent(type, stage: .render, attempt: job.attempt, problem: problem), runId: runId)
        }
        let type: EventType =
            switch delivery {
            case .completed: .deliveryCompleted
            case .partiallyFailed: .deliveryPartiallyFailed
            case .failed, .pending, .rendering: .deliveryFailed
            }
        try announce(type, run: runId, links: links)
        CrashPoint.finalBeforeCommit.pass()
    }
}
