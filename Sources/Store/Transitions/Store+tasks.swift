package import Contracts
import Foundation
import Pipeline
import Postgres

extension Store {
    /// How often a task that its provider forgot is dispatched anew.
    package static let taskLossesMax = Submission.idempotent.lossesMax

    /// Stores a task for a job, which gives up its lease and waits on the task; nil when the lease is lost.
    package func mintTask(_ lease: JobLease, _ new: NewTask) async throws -> TaskRecord? {
        try await mintTasks(lease, [new])?.first
    }

    /// The same for two tasks that do the same at two providers; the job picks one of their results.
    package func mintTasks(_ lease: JobLease, _ news: [NewTask]) async throws -> [TaskRecord]? {
        try await pool.transaction { transaction in
            guard let job = try transaction.lockJob(lease) else { return nil }
            let isRacing = news.count > 1
            try transaction.execute(
                """
                UPDATE jobs
                SET lease_token = NULL, lease_until = NULL, provider = \(news.first?.provider),
                    race_attempt = \(isRacing ? job.attempt : nil)
                WHERE id = \(job.id)
                """
            )
            return try news.map { try transaction.mint($0, job: job, isRacing: isRacing) }
        }
    }

    /// Takes tasks that are to be dispatched or polled now, each for one caller only.
    ///
    /// Those that wait to be handed to a provider which has as many tasks as it may are left out; `places` says how many
    /// that is.
    package func claimDueTasks(
        limit: Int,
        leaseSeconds: Int,
        places: [String: Int] = [:]
    ) async throws -> [ClaimedTask] {
        var condition: SQL =
            "t.state IN ('minted', 'submit_unknown', 'dispatched') AND t.next_action_at <= now()"
        if !places.isEmpty {
            let names = places.keys.sorted()
            condition += """
                 AND NOT (t.state = 'minted' AND t.provider IN (
                    SELECT full_one.name
                    FROM unnest(\(names), \(names.map { places[$0] ?? 0 })) AS full_one (name, places)
                    WHERE (SELECT count(*) FROM tasks live
                           WHERE live.provider = full_one.name AND live.state IN ('submit_unknown', 'dispatched'))
                        >= full_one.places
                ))
                """
        }
        return try await claimTasks(
            condition,
            order: "t.next_action_at",
            limit: limit,
            leaseSeconds: leaseSeconds
        )
    }

    /// Takes abandoned tasks whose provider is still to be told to stop.
    package func claimTaskCancellations(limit: Int, leaseSeconds: Int) async throws -> [ClaimedTask] {
        try await claimTasks(
            "t.state = 'abandoned' AND t.cancel_at <= now()",
            order: "t.cancel_at",
            limit: limit,
            leaseSeconds: leaseSeconds
        )
    }

    /// The provider has been told to stop an abandoned task, or cannot be.
    package func taskCancelled(_ lease: TaskLease) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE tasks
            SET cancel_at = NULL, lease_token = NULL, lease_until = NULL
            WHERE id = \(lease.taskId) AND lease_token = \(lease.token)
            """
        ) == 1
    }

    /// Writes down that the task is about to be handed over; false when the lease is lost.
    ///
    /// It stands before the call: whoever finds the task like this knows that its provider may have it, and does not
    /// act before `waitMs` are over. Handing it over once more leaves an event with `reason`.
    package func taskSubmitting(_ lease: TaskLease, waitMs: Int, reason: Problem?) async throws -> Bool {
        try await pool.transaction { try $0.noteSubmitting(lease, waitMs: waitMs, reason: reason) }
    }

    /// The provider has taken the task and is asked about it after `nextPollMs`; false when the lease is lost.
    ///
    /// With `isHeld` the lease stays good: what the provider made is at hand, and nobody need ask for it meanwhile.
    package func taskDispatched(
        _ lease: TaskLease,
        externalId: String,
        nextPollMs: Int,
        isHeld: Bool = false
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            guard let task = try transaction.lockTask(lease) else { return false }
            try transaction.execute(
                """
                UPDATE tasks
                SET state = 'dispatched', external_id = \(externalId), dispatched_at = now(), problem = NULL, busy_since = NULL,
                    dispatches = dispatches + CASE WHEN state = 'minted' THEN 1 ELSE 0 END, poll_failures = 0,
                    in_line = false, lease_token = CASE WHEN \(isHeld) THEN lease_token END,
                    lease_until = CASE WHEN \(isHeld) THEN lease_until END,
                    next_action_at = now() + \(nextPollMs) * interval '1 millisecond'
                WHERE id = \(task.id)
                """
            )
            try transaction.startOutput(task)
            return true
        }
    }

    /// The provider cannot be reached and is tried again later; false when the lease is lost.
    ///
    /// `isNotTaken` says that a dispatch surely has not reached it; `pollFailures` how many polls of a task that it has have
    /// failed in a row, where that is not one more than before.
    package func taskDeferred(
        _ lease: TaskLease,
        delayMs: Int,
        problem: Problem?,
        isNotTaken: Bool = false,
        pollFailures: Int? = nil
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            let changed = try transaction.execute(
                """
                UPDATE tasks
                SET dispatches = dispatches + CASE WHEN state = 'minted' THEN 1 ELSE 0 END,
                    poll_failures = CASE WHEN state = 'dispatched'
                        THEN coalesce(\(pollFailures), poll_failures + 1) ELSE poll_failures END,
                    state = CASE WHEN state = 'submit_unknown' AND \(isNotTaken) THEN 'minted' ELSE state END,
                    problem = coalesce(\(try SQLJSON.optional(problem)), problem),
                    next_action_at = now() + \(delayMs) * interval '1 millisecond', lease_token = NULL, lease_until = NULL
                WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                    AND state IN ('minted', 'submit_unknown', 'dispatched')
                """
            )
            // Without the lease another gateway may have handed it over meanwhile, and counted that.
            if changed == 1, isNotTaken {
                try transaction.forgetUse(taskId: lease.taskId, attempt: lease.attempt)
            }
            return changed == 1
        }
    }

    /// The provider is well but is given nothing now: that is no failed dispatch, and the deadline has not begun.
    ///
    /// `isRefused` tells that the provider said so: since when is remembered until it takes the task, or the task waits
    /// for something else. False when the lease is lost.
    package func taskQueued(
        _ lease: TaskLease,
        delayMs: Int,
        isRefused: Bool = false
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            let changed = try transaction.execute(
                """
                UPDATE tasks
                SET dispatches = greatest(dispatches - CASE WHEN state = 'submit_unknown' THEN 1 ELSE 0 END, 0),
                    state = 'minted', next_action_at = now() + \(delayMs) * interval '1 millisecond',
                    lease_token = NULL, lease_until = NULL,
                    busy_since = CASE WHEN \(isRefused) THEN coalesce(busy_since, now()) END,
                    deadline_at = now() + (deadline_ms + \(delayMs)) * interval '1 millisecond'
                WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                    AND state IN ('minted', 'submit_unknown')
                """
            )
            if changed == 1 { try transaction.forgetUse(taskId: lease.taskId, attempt: lease.attempt) }
            return changed == 1
        }
    }

    /// The provider still has the task and is asked again after `nextPollMs`; false when the lease is lost.
    package func taskPolled(
        _ lease: TaskLease,
        progress: Double?,
        nextPollMs: Int,
        isWaitingInLine: Bool = false
    ) async throws -> Bool {
        let changed = try await pool.execute(
            """
            UPDATE tasks
            SET polls = polls + 1, poll_failures = 0, problem = NULL, in_line = \(isWaitingInLine), lease_token = NULL,
                lease_until = NULL, next_action_at = now() + \(nextPollMs) * interval '1 millisecond'
            WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                AND state = 'dispatched'
            """
        )
        guard changed == 1 else { return false }
        if let progress {
            try await recordProgress(taskId: lease.taskId, attempt: lease.attempt, progress: progress)
        }
        return true
    }

    /// Shows how far a task is; a report that is late or goes backwards changes nothing.
    package func recordProgress(taskId: String, attempt: Int, progress: Double) async throws {
        try await pool.execute(Self.progress(taskId: taskId, attempt: attempt, progress: progress))
    }

    static func progress(taskId: String, attempt: Int, progress: Double) -> SQL {
        let share = min(max(progress.isFinite ? progress : 0, 0), 1)
        return """
            WITH task AS (
                UPDATE tasks
                SET progress = \(share)
                WHERE id = \(taskId) AND attempt = \(attempt) AND state IN ('minted', 'submit_unknown', 'dispatched')
                    AND progress < \(share)
                RETURNING job_id, job_attempt, output_id
            ), output AS (
                UPDATE outputs o
                SET progress = \(share)
                FROM task
                WHERE o.id = task.output_id AND o.state IN ('pending', 'rendering') AND o.progress < \(share)
            )
            UPDATE jobs j
            SET progress = \(share)
            FROM task
            WHERE j.id = task.job_id AND j.attempt = task.job_attempt AND task.output_id IS NULL
                AND j.state = 'in_progress' AND j.progress < \(share)
            """
    }

    package func task(id: String) async throws -> TaskRecord? {
        try await pool.query("SELECT \(unescaped: TaskRecord.columns) FROM tasks t WHERE t.id = \(id)").first
            .map { try TaskRecord($0) }
    }

    private func claimTasks(
        _ condition: SQL,
        order: SQL,
        limit: Int,
        leaseSeconds: Int
    ) async throws -> [ClaimedTask] {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                WITH picked AS MATERIALIZED (
                    SELECT t.id
                    FROM tasks t
                    WHERE \(condition) AND coalesce(t.lease_until, '-infinity') < now()
                    ORDER BY \(order)
                    LIMIT \(limit)
                    FOR UPDATE SKIP LOCKED
                )
                UPDATE tasks t
                SET lease_token = \(leaseToken), lease_until = now() + \(leaseSeconds) * interval '1 second'
                FROM picked
                WHERE t.id = picked.id
                RETURNING \(unescaped: TaskRecord.columns), t.lease_token
                """
            )
            let tasks = try rows.map { (try TaskRecord($0), try $0.get("lease_token", as: UUID.self)) }
            return try Self.claims(transaction, tasks)
        }
    }

    private static func claims(
        _ transaction: Transaction,
        _ tasks: [(TaskRecord, UUID)]
    ) throws -> [ClaimedTask] {
        guard !tasks.isEmpty else { return [] }
        let runIds = Array(Set(tasks.map(\.0.runId)))
        let rendered: SQL = "o.id = ANY(\(tasks.compactMap(\.0.outputId)))"
        let (runs, published, waiting, shorts) = try transaction.read(
            .runs(ids: runIds),
            .artifacts(runIds: runIds),
            .jobs(runIds: runIds),
            .outputs(where: rendered)
        )
        let artifacts = Dictionary(grouping: published, by: \.runId)
        let jobs = Dictionary(grouping: waiting, by: \.id)
        let outputs = Dictionary(grouping: shorts, by: \.id)
        return tasks.compactMap { task, token in
            guard let run = runs[task.runId], let job = jobs[task.jobId]?.first else { return nil }
            return ClaimedTask(
                task: task,
                lease: TaskLease(taskId: task.id, attempt: task.attempt, token: token),
                job: job,
                run: run,
                artifacts: artifacts[task.runId] ?? [],
                output: task.outputId.flatMap { outputs[$0]?.first }
            )
        }
    }
}
