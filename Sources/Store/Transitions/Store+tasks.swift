package import Contracts
import Foundation
import Pipeline
import Postgres

extension Store {
    /// How often a task that its provider forgot is dispatched anew.
    package static let taskLossesMax = 5

    /// Stores a task for a job, which gives up its lease and waits on the task; nil when the lease is lost.
    package func mintTask(_ lease: JobLease, _ new: NewTask) async throws -> TaskRecord? {
        try await pool.transaction { transaction in
            guard let job = try transaction.lockJob(lease) else { return nil }
            try transaction.execute(
                """
                UPDATE jobs
                SET lease_token = NULL, lease_until = NULL, provider = \(new.provider)
                WHERE id = \(job.id)
                """
            )
            return try transaction.mint(new, job: job)
        }
    }

    /// Takes tasks that are to be dispatched or polled now, each for one caller only.
    package func claimDueTasks(limit: Int, leaseSeconds: Int) async throws -> [ClaimedTask] {
        try await claimTasks(
            "t.state IN ('minted', 'submit_unknown', 'dispatched') AND t.next_action_at <= now()",
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

    /// The provider has taken the task and is asked about it after `nextPollMs`; false when the lease is lost.
    package func taskDispatched(_ lease: TaskLease, externalId: String, nextPollMs: Int) async throws -> Bool
    {
        try await pool.transaction { transaction in
            guard let task = try transaction.lockTask(lease) else { return false }
            try transaction.execute(
                """
                UPDATE tasks
                SET state = 'dispatched', external_id = \(externalId), dispatches = dispatches + 1,
                    dispatched_at = now(), problem = NULL, lease_token = NULL, lease_until = NULL,
                    next_action_at = now() + \(nextPollMs) * interval '1 millisecond'
                WHERE id = \(task.id)
                """
            )
            try Self.startOutput(transaction, task)
            return true
        }
    }

    /// The provider cannot be reached and is tried again later; false when the lease is lost.
    package func taskDeferred(_ lease: TaskLease, delayMs: Int, problem: Problem?) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE tasks
            SET dispatches = dispatches + CASE WHEN state = 'minted' THEN 1 ELSE 0 END,
                problem = coalesce(\(try SQLJSON.optional(problem)), problem),
                next_action_at = now() + \(delayMs) * interval '1 millisecond', lease_token = NULL, lease_until = NULL
            WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        ) == 1
    }

    /// The provider is well but takes nothing now: that is no failed dispatch, and the deadline has not begun.
    ///
    /// False when the lease is lost.
    package func taskQueued(_ lease: TaskLease, delayMs: Int) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE tasks
            SET next_action_at = now() + \(delayMs) * interval '1 millisecond', lease_token = NULL, lease_until = NULL,
                deadline_at = now() + (deadline_ms + \(delayMs)) * interval '1 millisecond'
            WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                AND state = 'minted'
            """
        ) == 1
    }

    /// The provider still works on the task and is asked again after `nextPollMs`; false when the lease is lost.
    package func taskPolled(_ lease: TaskLease, progress: Double?, nextPollMs: Int) async throws -> Bool {
        let changed = try await pool.execute(
            """
            UPDATE tasks
            SET polls = polls + 1, problem = NULL, lease_token = NULL, lease_until = NULL,
                next_action_at = now() + \(nextPollMs) * interval '1 millisecond'
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

    /// The provider does not know the task any more: it is dispatched anew under a new attempt, or fails with
    /// `problem` when it was lost too often; false when the lease is lost.
    package func taskLost(_ lease: TaskLease, problem: Problem) async throws -> Bool {
        try await pool.transaction { [self] transaction in
            guard let task = try transaction.lockTask(lease) else { return false }
            if task.losses < Self.taskLossesMax {
                try transaction.remint(task, problem: problem, afterMs: 0, isLoss: true)
            } else {
                try settleFailure(transaction, task, problem: problem, isRetryable: false)
            }
            return true
        }
    }

    /// Shows how far a task is; a report that is late or goes backwards changes nothing.
    package func recordProgress(taskId: String, attempt: Int, progress: Double) async throws {
        let share = min(max(progress.isFinite ? progress : 0, 0), 1)
        try await pool.execute(
            """
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
        )
    }

    package func task(id: String) async throws -> TaskRecord? {
        try await pool.query("SELECT \(unescaped: TaskRecord.columns) FROM tasks t WHERE t.id = \(id)").first
            .map { try TaskRecord($0) }
    }

    static func startOutput(_ transaction: Transaction, _ task: TaskRecord) throws {
        guard let outputId = task.outputId else { return }
        let changed = try transaction.execute(
            "UPDATE outputs SET state = 'rendering' WHERE id = \(outputId) AND state = 'pending'"
        )
        guard changed == 1 else { return }
        try transaction.record(
            NewEvent("output.rendering", stage: .render, outputId: outputId, attempt: task.attempt),
            runId: task.runId
        )
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
                SET lease_token = gen_random_uuid(), lease_until = now() + \(leaseSeconds) * interval '1 second'
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
        let runs = try transaction.runs(ids: runIds)
        let artifacts = Dictionary(grouping: try transaction.artifacts(runIds: runIds), by: \.runId)
        let jobs = Dictionary(grouping: try transaction.jobs(runIds: runIds), by: \.id)
        let outputIds = tasks.compactMap(\.0.outputId)
        let outputs = Dictionary(
            grouping: try transaction.outputs(where: "o.id = ANY(\(outputIds))"),
            by: \.id
        )
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
