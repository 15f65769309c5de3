import Contracts
import Pipeline
import Postgres
import Threads

/// What is kept of a job's end beside its artifacts.
struct JobEnding: Sendable {
    var fingerprint: String?
    var provider: String?
    var usage: TaskReport.Usage?
    var warnings: [Warning] = []
    var reusedFrom: String?
}

extension Transaction {
    /// Completes a job whose run is locked; its dependents become ready with the commit.
    func complete(
        _ job: JobRecord,
        artifacts: [NewArtifact],
        _ ending: JobEnding,
        links: LinkMinter
    ) throws {
        try publish(artifacts, job: job)
        try execute(
            """
            UPDATE jobs
            SET state = 'completed', progress = 1, finished_at = now(), problem = NULL, lease_token = NULL,
                lease_until = NULL, computing = NULL, fingerprint = \(ending.fingerprint),
                provider = coalesce(\(ending.provider), provider), usage = \(try SQLJSON.optional(ending.usage)),
                warnings = warnings || \(try SQLJSON(encoding: ending.warnings)), reused_from = \(ending.reusedFrom)
            WHERE id = \(job.id) AND state = 'in_progress' AND attempt = \(job.attempt)
            """
        )
        try recountNeeds(runId: job.runId)
        if let source = ending.reusedFrom {
            try record(
                NewEvent("job.reused", stage: job.stage, attempt: job.attempt, relatedId: source),
                runId: job.runId
            )
        }
        try record(NewEvent("job.completed", stage: job.stage, attempt: job.attempt), runId: job.runId)
        if job.stage == .plan { try requestReview(runId: job.runId, links: links) }
        CrashPoint.completionBeforeCommit.pass()
    }

    /// Counts anew what each pending job of a run still waits for: those that come to nothing are ready.
    func recountNeeds(runId: String) throws {
        try execute(
            """
            UPDATE jobs j
            SET waits_for = needs.count
            FROM (
                SELECT waiting.id,
                    (SELECT count(*) FROM jobs needed
                     WHERE needed.run_id = waiting.run_id AND needed.stage = ANY(waiting.requires)
                        AND needed.state <> 'completed')
                    + CASE WHEN 'plan' = ANY(waiting.requires) AND r.options ->> 'review' = 'before_render'
                        AND r.review_state IS DISTINCT FROM 'accepted' THEN 1 ELSE 0 END AS count
                FROM jobs waiting
                JOIN runs r ON r.id = waiting.run_id
                WHERE waiting.run_id = \(runId) AND waiting.state = 'pending'
            ) needs
            WHERE j.id = needs.id AND j.waits_for <> needs.count
            """
        )
    }

    /// Lets these stages be computed though a finished result of an equal one may be there.
    func redo(_ stages: Set<Stage>, ofRun runId: String) throws {
        guard !stages.isEmpty else { return }
        try execute(
            """
            UPDATE jobs
            SET afresh = true
            WHERE run_id = \(runId) AND stage = ANY(\(Array(stages))) AND state = 'pending'
            """
        )
    }

    /// Keeps what a transcode found out about the source of a run.
    func note(_ media: AssetView.Media, ofSourceOf runId: String) throws {
        try execute(
            """
            UPDATE assets a
            SET media = \(try SQLJSON(encoding: media))
            FROM runs r
            WHERE r.id = \(runId) AND a.id = r.source_asset_id AND a.media IS NULL
            """
        )
    }

    /// Stores a task before anybody outside hears of it; it is due at once.
    @discardableResult
    func mint(
        _ new: NewTask,
        job: JobRecord,
        outputId: String? = nil,
        isRacing: Bool = false
    ) throws -> TaskRecord {
        try TaskRecord(
            try query(
                """
                INSERT INTO tasks AS t (id, run_id, job_id, output_id, job_attempt, provider, kind, token_digest,
                    submission, has_fallback, is_racing, deadline_ms, deadline_at, next_action_at)
                VALUES (\(new.id), \(job.runId), \(job.id), \(outputId), \(job.attempt), \(new.provider), \(new.kind),
                    \(SQLBytes(new.tokenDigest)), \(new.submission), \(new.hasFallback), \(isRacing), \(new.deadlineMs),
                    now() + \(new.deadlineMs) * interval '1 millisecond', now())
                RETURNING \(unescaped: TaskRecord.columns)
                """
            )[0]
        )
    }
}
