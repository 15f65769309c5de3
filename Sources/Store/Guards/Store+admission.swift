package import Contracts
package import Pipeline
import Postgres

/// What came of asking whether a task may be handed over now.
package enum TaskAdmission: Sendable, Hashable {
    /// It is written down that it is about to be handed over.
    case submitting
    case wait(ms: Int)
    case refused(reason: String)
    /// The lease is lost.
    case lost
}

extension Store {
    /// How long what a provider was given is kept: a day of UTC, wherever it began.
    private static let keptHours = 48

    /// Writes down that a task is about to be handed over, unless its provider's limits say no.
    ///
    /// All gateways ask here, one at a time for each provider, so together they keep to the limits. The task's time
    /// begins now: what it waited for its place does not count.
    package func admitTask(
        _ lease: TaskLease,
        provider: String,
        limits: ProviderLimits,
        cost: TaskCost,
        waitMs: Int,
        reason: Problem?
    ) async throws -> TaskAdmission {
        try await pool.transaction { transaction in
            try transaction.lockUses(of: provider)
            let use = try transaction.use(of: provider, besides: lease.taskId)
            switch limits.admit(cost, use: use) {
            case .wait(let ms): return .wait(ms: ms)
            case .refused(let reason): return .refused(reason: reason)
            case .admitted: break
            }
            guard try transaction.noteSubmitting(lease, waitMs: waitMs, reason: reason) else { return .lost }
            try transaction.execute(
                """
                WITH old AS (
                    DELETE FROM provider_uses
                    WHERE provider = \(provider) AND used_at < now() - \(Self.keptHours) * interval '1 hour'
                )
                INSERT INTO provider_uses (task_id, attempt, provider, media_ms, renders)
                VALUES (\(lease.taskId), \(lease.attempt), \(provider), \(cost.mediaMs), \(cost.renders))
                ON CONFLICT (task_id, attempt) DO NOTHING
                """
            )
            try transaction.execute(
                """
                UPDATE tasks
                SET deadline_at = greatest(deadline_at, now() + deadline_ms * interval '1 millisecond')
                WHERE id = \(lease.taskId) AND dispatches = 1
                """
            )
            return .submitting
        }
    }

    /// What a provider has and was given lately.
    package func use(of provider: String) async throws -> ProviderUse {
        try await pool.transaction { try $0.use(of: provider, besides: "") }
    }

    /// What was noted of a task that its provider surely did not take, and that is about to fail, does not count.
    package func forgetUse(of lease: TaskLease) async throws {
        try await pool.transaction { transaction in
            guard try transaction.lockTask(lease) != nil else { return }
            try transaction.forgetUse(taskId: lease.taskId, attempt: lease.attempt)
        }
    }
}

extension Transaction {
    fileprivate func use(of provider: String, besides taskId: String) throws -> ProviderUse {
        let row = try query(
            """
            SELECT
                (SELECT count(*) FROM tasks
                 WHERE provider = \(provider) AND state IN ('submit_unknown', 'dispatched') AND id <> \(taskId)) AS live,
                count(*) FILTER (WHERE used_at > now() - interval '1 minute') AS in_minute,
                coalesce((extract(epoch FROM now() - min(used_at)
                    FILTER (WHERE used_at > now() - interval '1 minute')) * 1000)::bigint, 0) AS oldest_ms,
                coalesce(sum(media_ms) FILTER (WHERE used_at >= day.start), 0)::bigint AS media_ms,
                coalesce(sum(renders) FILTER (WHERE used_at >= day.start), 0)::bigint AS renders
            FROM (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start) day
            LEFT JOIN provider_uses u ON u.provider = \(provider)
                AND u.used_at >= least(day.start, now() - interval '1 minute')
            """
        )[0]
        return ProviderUse(
            live: try row.get("live"),
            givenInMinute: try row.get("in_minute"),
            oldestInMinuteMs: try row.get("oldest_ms"),
            mediaMsToday: try row.get("media_ms"),
            rendersToday: try row.get("renders")
        )
    }

    /// Lets nobody else look at what a provider has, or give it more, until the transaction ends.
    func lockUses(of provider: String) throws {
        try query("SELECT pg_advisory_xact_lock(hashtextextended(\("provider-uses:\(provider)"), 0))")
    }

    /// What was noted of a task that its provider surely did not take does not count.
    func forgetUse(taskId: String, attempt: Int) throws {
        try execute("DELETE FROM provider_uses WHERE task_id = \(taskId) AND attempt = \(attempt)")
    }
}
