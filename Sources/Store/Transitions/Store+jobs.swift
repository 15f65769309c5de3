package import Contracts
import Foundation
import Pipeline
import Postgres
import Threads

extension Store {
    /// A job that may be taken: it waits for nothing and nobody works on it, or who worked on it is gone.
    ///
    /// `render` is driven by the shorts and is never taken. Who waits for an equal stage of another run is taken when
    /// that one no longer computes, however it ended; a subquery, so that it is looked up for the few that wait.
    private static let claimable: SQL = """
        (j.state = 'pending' AND j.waits_for = 0 AND j.stage <> 'render' AND j.not_before <= now()
                AND (j.waits_on IS NULL
                    OR (SELECT other.computing FROM jobs other WHERE other.id = j.waits_on) IS NULL)
            OR j.state = 'in_progress' AND j.lease_token IS NOT NULL AND j.lease_until < now())
        """

    /// Takes jobs that are ready, the longest ready first, each for one caller only.
    ///
    /// It looks at the `limit` longest ready ones and leaves out those whose run another caller has locked, so it may
    /// return fewer than are ready, even none; what is left is still due for the next claim.
    ///
    /// `lane` asks for those only that take as long as jobs of the lane do.
    package func claimJobs(
        limit: Int,
        leaseSeconds: Int,
        lane: ClaimLane = .any,
        editors: HostedEditors = HostedEditors()
    ) async throws -> [ClaimedJob] {
        let claimable: SQL = "\(Self.claimable) AND \(lane.condition(editors))"
        return try await pool.transaction { transaction in
            // 1. Lock runs that have something to do; who finds a run locked comes back later.
            let runIds = try transaction.query(
                """
                WITH due AS MATERIALIZED (
                    SELECT j.run_id
                    FROM jobs j
                    WHERE \(claimable)
                    ORDER BY j.not_before, j.id
                    LIMIT \(limit)
                )
                SELECT r.id
                FROM runs r
                WHERE r.state = 'started' AND r.id IN (SELECT run_id FROM due)
                ORDER BY r.id
                FOR NO KEY UPDATE SKIP LOCKED
                """
            ).map { try $0.get("id", as: String.self) }
            guard !runIds.isEmpty else { return [] }
            // 2. Look again with the locks held: this statement sees all that was committed before.
            let rows = try transaction.query(
                """
                WITH picked AS MATERIALIZED (
                    SELECT j.id
                    FROM jobs j
                    WHERE j.run_id = ANY(\(runIds)) AND \(claimable)
                    ORDER BY j.not_before, j.id
                    LIMIT \(limit)
                    FOR UPDATE
                )
                UPDATE jobs j
                SET state = 'in_progress', attempt = j.attempt + 1, started_at = now(), finished_at = NULL,
                    tries = j.tries + CASE WHEN j.state = 'pending' THEN 1 ELSE 0 END, progress = 0,
                    problem = NULL, warnings = j.route_warnings, waits_on = NULL, lease_token = \(leaseToken),
                    lease_until = now() + \(leaseSeconds) * interval '1 second'
                FROM picked
                WHERE j.id = picked.id
                RETURNING \(unescaped: JobRecord.columns), j.lease_token
                """
            )
            let jobs = try rows.map { (try JobRecord($0), try $0.get("lease_token", as: UUID.self)) }
                .sorted { ($0.0.runId, $0.0.position) < ($1.0.runId, $1.0.position) }
            for (job, _) in jobs {
                try transaction.record(
                    NewEvent("job.started", stage: job.stage, attempt: job.attempt),
                    runId: job.runId
                )
            }
            return try Self.claims(transaction, jobs)
        }
    }

    /// Keeps jobs that this process still works on; returns the ids of those that it still holds.
    @discardableResult
    package func heartbeatJobs(_ leases: [JobLease], leaseSeconds: Int) async throws -> Set<String> {
        guard !leases.isEmpty else { return [] }
        let rows = try await pool.query(
            """
            UPDATE jobs j
            SET lease_until = now() + \(leaseSeconds) * interval '1 second'
            FROM unnest(\(leases.map(\.jobId)), \(leases.map(\.token))) AS held (id, token)
            WHERE j.id = held.id AND j.lease_token = held.token AND j.state = 'in_progress'
            RETURNING j.id
            """
        )
        return Set(try rows.map { try $0.get("id", as: String.self) })
    }

    /// Completes a job with what it published; false when the lease is lost and nothing changed.
    ///
    /// `reusedFrom` names the completed job of an equal fingerprint whose artifacts are attached; `media` is what a
    /// transcode found out about the source.
    package func completeJob(
        _ lease: JobLease,
        artifacts: [NewArtifact],
        fingerprint: String? = nil,
        provider: String? = nil,
        usage: TaskReport.Usage? = nil,
        warnings: [Warning] = [],
        reusedFrom: String? = nil,
        media: AssetView.Media? = nil
    ) async throws -> Bool {
        try await pool.transaction { [links] transaction in
            guard let job = try transaction.lockJob(lease) else { return false }
            let ending = JobEnding(
                fingerprint: fingerprint,
                provider: provider,
                usage: usage,
                warnings: warnings,
                reusedFrom: reusedFrom
            )
            try transaction.complete(job, artifacts: artifacts, ending, links: links)
            if let media { try transaction.note(media, ofSourceOf: job.runId) }
            return true
        }
    }

    /// Fails an attempt of a job: with a delay it is tried again, without one the run fails; false when the lease
    /// is lost.
    package func failJob(_ lease: JobLease, problem: Problem, retryAfterMs: Int?) async throws -> Bool {
        try await pool.transaction { [links] transaction in
            guard let job = try transaction.lockJob(lease) else { return false }
            if let retryAfterMs {
                try transaction.retry(job, problem: problem, afterMs: retryAfterMs)
            } else {
                try transaction.fail(job, problem: problem, links: links)
            }
            return true
        }
    }

    /// Gives a job back untouched, as when this process stops; false when the lease is lost.
    package func releaseJob(_ lease: JobLease) async throws -> Bool {
        try await pool.transaction { transaction in
            guard let job = try transaction.lockJob(lease) else { return false }
            return try transaction.execute(
                """
                UPDATE jobs
                SET state = 'pending', tries = greatest(tries - 1, 0), not_before = now(), progress = 0,
                    computing = NULL, lease_token = NULL, lease_until = NULL
                WHERE id = \(job.id)
                """
            ) == 1
        }
    }

    /// Completes `compose`: closes the workflow, makes the shorts and mints the task that renders each.
    ///
    /// False when the lease is lost; at least one short is needed.
    package func completeCompose(
        _ lease: JobLease,
        artifacts: [NewArtifact],
        compositionLocation: String,
        fingerprint: String? = nil,
        usage: TaskReport.Usage? = nil,
        warnings: [Warning] = [],
        reusedFrom: String? = nil,
        shorts: [NewOutput]
    ) async throws -> Bool {
        guard !shorts.isEmpty else { throw StoreError.noShorts }
        return try await pool.transaction { [links] transaction in
            guard let job = try transaction.lockJob(lease), job.stage == .compose else { return false }
            let ending = JobEnding(
                fingerprint: fingerprint,
                usage: usage,
                warnings: warnings,
                reusedFrom: reusedFrom
            )
            try transaction.complete(job, artifacts: artifacts, ending, links: links)
            try transaction.execute(
                """
                UPDATE runs
                SET state = 'analysis_complete', analysis_completed_at = now(), outputs_open = \(shorts.count),
                    composition_location = \(compositionLocation)
                WHERE id = \(job.runId) AND state = 'started'
                """
            )
            try Self.startRendering(transaction, runId: job.runId, shorts: shorts)
            try transaction.announce(.runAnalysisCompleted, run: job.runId, links: links)
            CrashPoint.fanOutBeforeCommit.pass()
            return true
        }
    }

    private static func startRendering(_ transaction: Transaction, runId: String, shorts: [NewOutput]) throws
    {
        let rows = try transaction.query(
            """
            UPDATE jobs j
            SET state = 'in_progress', attempt = j.attempt + 1, tries = 1, started_at = now(), progress = 0,
                provider = \(shorts.first?.task.provider), problem = NULL
            WHERE j.run_id = \(runId) AND j.stage = 'render' AND j.state = 'pending'
            RETURNING \(unescaped: JobRecord.columns)
            """
        )
        guard let row = rows.first else { throw StoreError.malformedRecord("run '\(runId)'") }
        let render = try JobRecord(row)
        try transaction.record(NewEvent("job.started", stage: .render, attempt: render.attempt), runId: runId)
        for short in shorts {
            let id = ResourceID.make(.output)
            try transaction.execute(
                """
                INSERT INTO outputs (id, run_id, clip, ordinal, rank, title, score, details, afresh)
                VALUES (\(id), \(runId), \(short.clip), \(short.ordinal), \(short.rank), \(short.title),
                    \(short.score), \(try SQLJSON(encoding: short.details)), \(render.isAfresh))
                """
            )
            try transaction.mint(short.task, job: render, outputId: id)
        }
    }

    private static func claims(_ transaction: Transaction, _ jobs: [(JobRecord, UUID)]) throws -> [ClaimedJob]
    {
        let runIds = Array(Set(jobs.map(\.0.runId)))
        let (runs, published) = try transaction.read(.runs(ids: runIds), .artifacts(runIds: runIds))
        let artifacts = Dictionary(grouping: published, by: \.runId)
        return jobs.compactMap { job, token in
            guard let run = runs[job.runId] else { return nil }
            let lease = JobLease(jobId: job.id, token: token)
            return ClaimedJob(job: job, lease: lease, run: run, artifacts: artifacts[job.runId] ?? [])
        }
    }
}
