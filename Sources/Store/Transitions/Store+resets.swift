import Contracts
import Foundation
package import Pipeline
import Postgres

/// What came of a request to do something again.
package enum ResetOutcome: Sendable, Hashable {
    case reset
    case notFound
    /// The state of the run, of the stage or of the short does not allow it, for this reason.
    case conflict(String)
}

/// Explicit resets, the only way out of a terminal state.
extension Store {
    /// Puts a job and all that depends on it back to pending under a higher attempt, and its run back to work.
    package func resetJob(
        tenantId: String,
        runId: String,
        stage: Stage,
        workflow: Workflow
    ) async throws -> ResetOutcome {
        try await pool.transaction { transaction in
            guard try transaction.run(id: runId)?.tenantId == tenantId, workflow.definition(of: stage) != nil,
                let state = try transaction.lockRun(id: runId)
            else { return .notFound }
            let jobs = try transaction.jobs(runIds: [runId])
            guard let job = jobs.first(where: { $0.stage == stage }) else { return .notFound }
            if let reason = try transaction.obstacle(job, among: jobs, runState: state, workflow: workflow) {
                return .conflict(reason)
            }
            try transaction.allowResets()
            if stage == .render {
                try transaction.renderAgain(runId: runId, outputIds: nil)
                try transaction.execute("UPDATE outputs SET afresh = true WHERE run_id = \(runId)")
            } else {
                // What failed beside the stage, or was ended with the run, would keep the run from its end.
                let failed = jobs.filter { $0.state == .failed }.flatMap { workflow.subtree(of: $0.stage) }
                try transaction.startAgain(
                    runId: runId,
                    stages: Array(Set(workflow.subtree(of: stage) + failed))
                )
                try transaction.redo([stage], ofRun: runId)
            }
            try transaction.record(NewEvent("job.reset", stage: stage, attempt: job.attempt), runId: runId)
            return .reset
        }
    }

    /// Renders one failed short again.
    package func retryOutput(tenantId: String, id: String) async throws -> ResetOutcome {
        try await pool.transaction { transaction in
            guard
                let found = try transaction.outputs(where: "o.id = \(id) AND r.tenant_id = \(tenantId)")
                    .first,
                let runState = try transaction.lockRun(id: found.runId),
                let output = try transaction.outputs(where: "o.id = \(id)").first
            else { return .notFound }
            guard output.state == .failed else {
                return .conflict(
                    "The output is '\(output.state.rawValue)'; only a failed one is rendered again."
                )
            }
            guard runState == .analysisComplete || runState == .deliveryFailed else {
                return .conflict("The run is '\(runState.rawValue)'; its outputs are not rendered again.")
            }
            if let reason = try transaction.removedInput(runId: found.runId, stages: Stage.allCases) {
                return .conflict(reason)
            }
            try transaction.allowResets()
            try transaction.renderAgain(runId: output.runId, outputIds: [id])
            try transaction.record(
                NewEvent("job.reset", stage: .render, outputId: id),
                runId: output.runId
            )
            return .reset
        }
    }
}

extension Transaction {
    /// Why a job cannot be reset now, nil when it can.
    fileprivate func obstacle(
        _ job: JobRecord,
        among jobs: [JobRecord],
        runState: RunState,
        workflow: Workflow
    ) throws -> String? {
        let name = job.stage.rawValue
        guard runState != .cancelled else {
            return "The run is 'cancelled', which it stays; rerun it instead."
        }
        guard job.state != .inProgress else {
            return "Stage '\(name)' is 'in_progress'; cancel the run, or wait until the stage has ended."
        }
        let required = workflow.definition(of: job.stage)?.requires ?? []
        let open = jobs.filter { required.contains($0.stage) && $0.state != .completed }
        guard open.isEmpty else {
            let needs = open.map { "'\($0.stage.rawValue)' ('\($0.state.rawValue)')" }.joined(separator: ", ")
            return "Stage '\(name)' needs \(needs), which is not completed; reset that one."
        }
        guard job.attempt > 0 else { return "Stage '\(name)' is 'pending' and has not run yet." }
        return try removedInput(runId: job.runId, stages: workflow.ancestors(of: job.stage))
    }

    /// Says which artifact of these stages is not kept any more, nil when all are.
    fileprivate func removedInput(runId: String, stages: [Stage]) throws -> String? {
        let removed = try artifacts(runIds: [runId]).first {
            $0.removedAt != nil && stages.contains($0.stage)
        }
        return removed.map {
            "Artifact '\($0.name)' of stage '\($0.stage.rawValue)' is not kept any more; reset that stage."
        }
    }

    /// Lets this transaction leave terminal states, which the schema refuses otherwise.
    fileprivate func allowResets() throws {
        try query("SELECT set_config('reelgate.reset', 'on', true) AS value")
    }

    /// Puts the jobs of these stages back; `render` is always among them, so the shorts go with them.
    fileprivate func startAgain(runId: String, stages: [Stage]) throws {
        try execute(
            """
            UPDATE tasks t
            SET state = 'abandoned', finished_at = now(), next_action_at = NULL, lease_token = NULL,
                lease_until = NULL, cancel_at = CASE WHEN t.dispatches > 0 OR t.state <> 'minted' THEN now() END
            FROM jobs j
            WHERE j.id = t.job_id AND j.run_id = \(runId) AND j.stage = ANY(\(stages))
                AND t.state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
        try execute("DELETE FROM outputs WHERE run_id = \(runId)")
        // The attempt rises here too: what the old one published is no longer current.
        try execute(
            """
            UPDATE jobs
            SET state = 'pending', attempt = CASE WHEN attempt > 0 THEN attempt + 1 ELSE 0 END, tries = 0,
                progress = 0, fingerprint = NULL, reused_from = NULL, warnings = '[]', usage = NULL, problem = NULL,
                not_before = now(), computing = NULL, waits_on = NULL, afresh = false, gave_up = '{}',
                route_warnings = '[]', race_attempt = NULL, lease_token = NULL, lease_until = NULL, finished_at = NULL
            WHERE run_id = \(runId) AND stage = ANY(\(stages))
            """
        )
        // What waited beside them was taken out of the queue when the run ended.
        try execute(
            "UPDATE jobs SET not_before = now() WHERE run_id = \(runId) AND state = 'pending' AND not_before > now()"
        )
        try execute(
            """
            UPDATE runs
            SET state = 'started', analysis_completed_at = NULL, finished_at = NULL, failed_at = NULL, problem = NULL,
                artifacts_removed_at = NULL,
                composition_location = NULL, outputs_open = 0,
                review_state = CASE WHEN \(stages.contains(.plan)) THEN NULL ELSE review_state END,
                review_requested_at = CASE WHEN \(stages.contains(.plan)) THEN NULL ELSE review_requested_at END,
                reviewed_at = CASE WHEN \(stages.contains(.plan)) THEN NULL ELSE reviewed_at END
            WHERE id = \(runId)
            """
        )
        try recountNeeds(runId: runId)
    }

    /// Renders shorts again under their old tasks' ids: one, or all under a new attempt of the job.
    fileprivate func renderAgain(runId: String, outputIds: [String]?) throws {
        let isWhole = outputIds == nil
        let ids =
            try outputIds
            ?? query("SELECT id FROM outputs WHERE run_id = \(runId)").map {
                try $0.get("id", as: String.self)
            }
        try execute(
            """
            UPDATE jobs
            SET state = 'in_progress', attempt = attempt + \(isWhole ? 1 : 0), progress = 0, problem = NULL,
                finished_at = NULL
            WHERE run_id = \(runId) AND stage = 'render'
            """
        )
        try execute("DELETE FROM renditions WHERE output_id = ANY(\(ids))")
        try execute(
            """
            UPDATE outputs
            SET state = 'pending', progress = 0, qc = NULL, warnings = '[]', problem = NULL, finished_at = NULL,
                fingerprint = NULL, reused_from = NULL, waits_on = NULL, computing = NULL, afresh = false
            WHERE id = ANY(\(ids))
            """
        )
        try execute(
            """
            UPDATE tasks t
            SET state = 'minted', attempt = t.attempt + 1, job_attempt = j.attempt, external_id = NULL,
                dispatches = 0, polls = 0, failures = 0, losses = 0, waiting_losses = 0, in_line = false,
                poll_failures = 0, progress = 0, problem = NULL, dispatched_at = NULL, busy_since = NULL, finished_at = NULL,
                cancel_at = NULL, lease_token = NULL, lease_until = NULL, next_action_at = now(),
                deadline_at = now() + t.deadline_ms * interval '1 millisecond'
            FROM jobs j
            WHERE j.id = t.job_id AND t.output_id = ANY(\(ids))
            """
        )
        try execute(
            "DELETE FROM uploads WHERE task_id IN (SELECT id FROM tasks WHERE output_id = ANY(\(ids)))"
        )
        try execute(
            """
            UPDATE runs
            SET state = 'analysis_complete', finished_at = NULL, failed_at = NULL, problem = NULL,
                artifacts_removed_at = NULL, outputs_open = (
                SELECT count(*) FROM outputs WHERE run_id = \(runId) AND state IN ('pending', 'rendering')
            )
            WHERE id = \(runId)
            """
        )
    }
}
