import Contracts
import Foundation
import Pipeline
import Postgres

/// The one transition by which a task ends, whether a callback or a poll tells of it.
extension Store {
    package func settleTask(taskId: String, attempt: Int, outcome: TaskOutcome) async throws -> Settled {
        try await pool.transaction { [self] transaction in
            guard let (task, runState) = try transaction.lockTask(id: taskId) else { return .unknown }
            if attempt < task.attempt { return .staleAttempt }
            if attempt > task.attempt { return .unknown }
            guard !task.state.isTerminal, !runState.isTerminal else { return .alreadySettled }
            switch outcome {
            case .completed(
                let artifacts,
                let qc,
                let renditions,
                let fingerprint,
                let usage,
                let warnings,
                let media
            ):
                let ending = JobEnding(
                    fingerprint: fingerprint,
                    provider: task.provider,
                    usage: usage,
                    warnings: warnings
                )
                if let outputId = task.outputId {
                    let result = OutputResult(
                        qc: qc,
                        renditions: renditions,
                        warnings: warnings,
                        usage: usage
                    )
                    try completeOutput(transaction, task, outputId: outputId, artifacts: artifacts, result)
                } else {
                    try completeStage(transaction, task, artifacts: artifacts, ending, media: media)
                }
            case .failed(let problem, let isRetryable):
                try settleFailure(transaction, task, problem: problem, isRetryable: isRetryable)
            case .cancelled:
                // We did not ask for it: a task that we cancelled is abandoned and never gets here.
                let problem = Problem(
                    .providerRefused,
                    detail: "the provider cancelled the task",
                    retryable: true
                )
                try settleFailure(transaction, task, problem: problem, isRetryable: true)
            }
            return .applied
        }
    }

    /// Fails a live task: tried again while attempts are left, else its job or its short fails for good.
    func settleFailure(
        _ transaction: Transaction,
        _ task: TaskRecord,
        problem: Problem,
        isRetryable: Bool
    ) throws {
        if let outputId = task.outputId {
            if isRetryable,
                let delayMs = RetryPolicy.stage.delayMs(after: task.failures + 1, jitter: jitter())
            {
                try transaction.remint(task, problem: problem, afterMs: delayMs, isLoss: false)
                return
            }
            try transaction.end(task, state: .failed, problem: problem)
            try failOutput(transaction, task, outputId: outputId, problem: problem)
            return
        }
        try transaction.end(task, state: .failed, problem: problem)
        guard let job = try transaction.waitingJob(task) else { return }
        if isRetryable, let delayMs = RetryPolicy.stage.delayMs(after: job.tries, jitter: jitter()) {
            try transaction.retry(job, problem: problem, afterMs: delayMs)
        } else {
            try transaction.fail(job, problem: problem, links: links)
        }
    }

    private func completeStage(
        _ transaction: Transaction,
        _ task: TaskRecord,
        artifacts: [NewArtifact],
        _ ending: JobEnding,
        media: AssetView.Media?
    ) throws {
        try transaction.end(task, state: .completed, problem: nil)
        guard let job = try transaction.waitingJob(task) else { return }
        try transaction.complete(job, artifacts: artifacts, ending)
        guard let media else { return }
        try transaction.execute(
            """
            UPDATE assets a
            SET media = \(try SQLJSON(encoding: media))
            FROM runs r
            WHERE r.id = \(task.runId) AND a.id = r.source_asset_id AND a.media IS NULL
            """
        )
    }

    private func completeOutput(
        _ transaction: Transaction,
        _ task: TaskRecord,
        outputId: String,
        artifacts: [NewArtifact],
        _ result: OutputResult
    ) throws {
        try transaction.end(task, state: .completed, problem: nil)
        guard let job = try transaction.job(id: task.jobId), job.attempt == task.jobAttempt else { return }
        let ids = try transaction.publish(artifacts, job: job)
        for rendition in result.renditions {
            let name = rendition.artifactName.description
            guard let artifactId = ids[name] else { throw StoreError.missingArtifact(name) }
            let thumbnailId = rendition.thumbnailName.flatMap { ids[$0.description] }
            try transaction.execute(
                """
                INSERT INTO renditions (output_id, aspect_ratio, artifact_id, thumbnail_id, width, height, duration_ms)
                VALUES (\(outputId), \(rendition.aspectRatio), \(artifactId), \(thumbnailId), \(rendition.width),
                    \(rendition.height), \(rendition.durationMs))
                """
            )
        }
        let changed = try transaction.execute(
            """
            UPDATE outputs
            SET state = 'rendered', progress = 1, finished_at = now(), qc = \(try SQLJSON.optional(result.qc)),
                warnings = \(try SQLJSON(encoding: result.warnings)), problem = NULL
            WHERE id = \(outputId) AND state IN ('pending', 'rendering')
            """
        )
        guard changed == 1 else { return }
        if let usage = result.usage { try transaction.add(usage, toRendering: job) }
        try transaction.announce(.outputRendered, run: task.runId, outputId: outputId, links: links)
        try transaction.closeDelivery(runId: task.runId, links: links)
    }

    private func failOutput(
        _ transaction: Transaction,
        _ task: TaskRecord,
        outputId: String,
        problem: Problem
    ) throws {
        let changed = try transaction.execute(
            """
            UPDATE outputs
            SET state = 'failed', finished_at = now(), problem = \(try SQLJSON(encoding: problem))
            WHERE id = \(outputId) AND state IN ('pending', 'rendering')
            """
        )
        guard changed == 1 else { return }
        try transaction.announce(.outputFailed, run: task.runId, outputId: outputId, links: links)
        try transaction.closeDelivery(runId: task.runId, links: links)
    }
}

/// What a render gave beside its files.
private struct OutputResult {
    let qc: QualityReport?
    let renditions: [NewRendition]
    let warnings: [Warning]
    let usage: TaskReport.Usage?
}

extension Transaction {
    /// Adds what one short cost to its render job: processor time is summed, memory is the highest.
    fileprivate func add(_ usage: TaskReport.Usage, toRendering job: JobRecord) throws {
        try execute(
            """
            UPDATE jobs
            SET usage = jsonb_build_object(
                'wall_ms', (extract(epoch FROM now() - started_at) * 1000)::bigint,
                'cpu_ms', coalesce((usage ->> 'cpu_ms')::bigint, 0) + \(usage.cpuMs),
                'peak_rss_bytes',
                greatest(coalesce((usage ->> 'peak_rss_bytes')::bigint, 0), \(Int(usage.peakRssBytes))))
            WHERE id = \(job.id)
            """
        )
    }

    /// The job that waits on a live task, when it is still at the attempt that the task was minted for.
    fileprivate func waitingJob(_ task: TaskRecord) throws -> JobRecord? {
        guard let job = try job(id: task.jobId), job.state == .inProgress, job.attempt == task.jobAttempt
        else {
            return nil
        }
        return job
    }

    /// Ends a live task, whose row is locked.
    fileprivate func end(_ task: TaskRecord, state: TaskState, problem: Problem?) throws {
        try execute(
            """
            UPDATE tasks
            SET state = \(state), finished_at = now(), next_action_at = NULL, lease_token = NULL, lease_until = NULL,
                problem = \(try SQLJSON.optional(problem)),
                progress = CASE WHEN \(state) = 'completed' THEN 1 ELSE progress END
            WHERE id = \(task.id) AND attempt = \(task.attempt) AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
    }

    /// Starts a new attempt of a live task; whatever still comes of the old one is stale.
    func remint(_ task: TaskRecord, problem: Problem, afterMs delayMs: Int, isLoss: Bool) throws {
        try execute(
            """
            UPDATE tasks
            SET state = 'minted', attempt = attempt + 1, external_id = NULL, dispatches = 0, polls = 0, progress = 0,
                failures = failures + \(isLoss ? 0 : 1), losses = losses + \(isLoss ? 1 : 0),
                problem = \(try SQLJSON(encoding: problem)), dispatched_at = NULL, lease_token = NULL,
                lease_until = NULL, next_action_at = now() + \(delayMs) * interval '1 millisecond',
                deadline_at = now() + (deadline_ms + \(delayMs)) * interval '1 millisecond'
            WHERE id = \(task.id) AND attempt = \(task.attempt) AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
        try execute("DELETE FROM uploads WHERE task_id = \(task.id)")
        let stage = try job(id: task.jobId)?.stage
        try record(
            NewEvent(
                "job.retrying",
                stage: stage,
                outputId: task.outputId,
                attempt: task.attempt,
                problem: problem
            ),
            runId: task.runId
        )
    }
}
