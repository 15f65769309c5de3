package import Pipeline
import Postgres

/// What came of asking whether a question may be sent to a hosted model now.
package enum QuestionAdmission: Sendable, Hashable {
    /// It is counted.
    case admitted
    case wait(ms: Int)
    /// The lease of the job is lost.
    case lost
}

/// Questions of plans to hosted models, which are counted as tasks of other providers are.
extension Store {
    /// Longer than any answer is waited for: who asked and is gone leaves no place taken.
    static let questionSecondsMax = 330
    private static let questionsKeptHours = 48

    /// Counts a question that is about to be sent, unless its provider's limits say no.
    ///
    /// `tokens` are those of the question and its longest answer; they count until `settleQuestion` says better. To ask
    /// again under the same id changes nothing.
    package func admitQuestion(
        _ lease: JobLease,
        id: String,
        provider: String,
        limits: ProviderLimits,
        tokens: Int
    ) async throws -> QuestionAdmission {
        try await pool.transaction { transaction in
            try transaction.lockUses(of: provider)
            if case .wait(let ms) = limits.admit(
                TaskCost(),
                use: try transaction.questions(to: provider, besides: id)
            ) {
                return .wait(ms: ms)
            }
            let leased = try transaction.query(
                """
                SELECT 1 AS one
                FROM jobs
                WHERE id = \(lease.jobId) AND lease_token = \(lease.token)
                FOR KEY SHARE
                """
            )
            guard !leased.isEmpty else { return .lost }
            try transaction.execute(
                """
                DELETE FROM editor_questions
                WHERE provider = \(provider) AND asked_at < now() - \(Self.questionsKeptHours) * interval '1 hour'
                """
            )
            try transaction.execute(
                """
                WITH asked AS (
                    INSERT INTO editor_questions (id, job_id, provider, tokens)
                    VALUES (\(id), \(lease.jobId), \(provider), \(tokens))
                    ON CONFLICT (id) DO NOTHING
                    RETURNING job_id, tokens
                )
                INSERT INTO editor_tokens AS sums (job_id, tokens)
                SELECT job_id, tokens FROM asked
                ON CONFLICT (job_id) DO UPDATE SET tokens = sums.tokens + excluded.tokens
                """
            )
            return .admitted
        }
    }

    /// Says what a question has cost, and frees its place; only the first word about it counts.
    package func settleQuestion(id: String, tokens: Int) async throws {
        try await pool.execute(
            """
            WITH open AS (
                SELECT id, job_id, tokens
                FROM editor_questions
                WHERE id = \(id) AND answered_at IS NULL
                FOR UPDATE
            ), answered AS (
                UPDATE editor_questions q
                SET tokens = \(tokens), answered_at = now()
                FROM open
                WHERE q.id = open.id
            )
            UPDATE editor_tokens sums
            SET tokens = sums.tokens - open.tokens + \(tokens)
            FROM open
            WHERE sums.job_id = open.job_id
            """
        )
    }

    /// Tokens that all attempts of a job have had so far; those of a question that nobody heard the end of in full.
    package func editorTokens(jobId: String) async throws -> Int {
        try await pool.query("SELECT tokens FROM editor_tokens WHERE job_id = \(jobId)")
            .first?.get("tokens") ?? 0
    }

    /// How many questions a model has, and was asked in the last minute.
    package func questions(to provider: String) async throws -> ProviderUse {
        try await pool.transaction { try $0.questions(to: provider, besides: "") }
    }
}

extension Transaction {
    fileprivate func questions(to provider: String, besides id: String) throws -> ProviderUse {
        let row = try query(
            """
            SELECT
                count(*) FILTER (WHERE answered_at IS NULL) AS live,
                count(*) FILTER (WHERE asked_at > now() - interval '1 minute') AS in_minute,
                coalesce((extract(epoch FROM now() - min(asked_at)
                    FILTER (WHERE asked_at > now() - interval '1 minute')) * 1000)::bigint, 0) AS oldest_ms
            FROM editor_questions
            WHERE provider = \(provider) AND id <> \(id)
                AND asked_at > now() - \(Store.questionSecondsMax) * interval '1 second'
            """
        )[0]
        return ProviderUse(
            live: try row.get("live"),
            givenInMinute: try row.get("in_minute"),
            oldestInMinuteMs: try row.get("oldest_ms")
        )
    }
}
