package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// How a provider does, as far as the records tell.
package struct ProviderStanding: Sendable, Hashable {
    package var live: Int
    package var queued: Int
    package var lastSuccessAt: Date?
    package var lastFailureAt: Date?
    package var lastFailure: Problem?
    package var endings: ProviderView.Endings
    package var shorts: ProviderView.Shorts
    package var use: ProviderUse
}

extension Store {
    /// Shorts that are looked at for the share of ready ones.
    private static let shortsMax = 1_000

    package func standing(of provider: String) async throws -> ProviderStanding {
        let row = try await pool.query(
            """
            SELECT
                (SELECT count(*) FROM tasks
                 WHERE provider = \(provider) AND state IN ('submit_unknown', 'dispatched')) AS live,
                (SELECT count(*) FROM tasks WHERE provider = \(provider) AND state = 'minted'
                    AND next_action_at IS NOT NULL) AS queued,
                (SELECT finished_at FROM tasks WHERE provider = \(provider) AND state = 'completed'
                 ORDER BY finished_at DESC LIMIT 1) AS last_success_at,
                failed.finished_at AS last_failure_at, failed.problem AS last_failure, day.*
            FROM (
                SELECT count(*) FILTER (WHERE settled_by = 'submit') AS by_submit,
                    count(*) FILTER (WHERE settled_by = 'poll') AS by_poll,
                    count(*) FILTER (WHERE settled_by = 'callback') AS by_callback
                FROM tasks
                WHERE provider = \(provider) AND state IN ('completed', 'failed')
                    AND finished_at > now() - interval '1 day'
            ) day
            LEFT JOIN (
                SELECT finished_at, problem FROM tasks
                WHERE provider = \(provider) AND state = 'failed'
                ORDER BY finished_at DESC LIMIT 1
            ) failed ON true
            """
        )[0]
        return ProviderStanding(
            live: try row.get("live"),
            queued: try row.get("queued"),
            lastSuccessAt: try row.get("last_success_at"),
            lastFailureAt: try row.get("last_failure_at"),
            lastFailure: try row.optionalJSON("last_failure"),
            endings: ProviderView.Endings(
                submit: try row.get("by_submit"),
                poll: try row.get("by_poll"),
                callback: try row.get("by_callback")
            ),
            shorts: try await shorts(of: provider),
            use: try await use(of: provider)
        )
    }

    /// What the checks say of the last shorts that it rendered itself, within a day.
    private func shorts(of provider: String) async throws -> ProviderView.Shorts {
        let row = try await pool.query(
            """
            SELECT count(*) FILTER (WHERE last.ready = 'true') AS ready,
                count(*) FILTER (WHERE last.ready = 'false') AS not_ready,
                count(*) FILTER (WHERE last.ready IS NULL) AS unmeasured
            FROM (
                SELECT o.qc ->> 'ready' AS ready
                FROM tasks t
                JOIN outputs o ON o.id = t.output_id AND o.state = 'rendered' AND o.reused_from IS NULL
                WHERE t.provider = \(provider) AND t.state = 'completed' AND t.finished_at > now() - interval '1 day'
                ORDER BY t.finished_at DESC
                LIMIT \(Self.shortsMax)
            ) last
            """
        )[0]
        return ProviderView.Shorts(
            ready: try row.get("ready"),
            notReady: try row.get("not_ready"),
            unmeasured: try row.get("unmeasured")
        )
    }
}
