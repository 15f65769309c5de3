import Postgres

extension Store {
    /// One number that operators watch, with the labels that tell it from its like.
    package struct Gauge: Sendable, Hashable {
        package let name: String
        package let labels: [String: String]
        package let value: Double
    }

    /// What is under way, what waits, and for how long, in one look at the database.
    ///
    /// Ended runs are counted over the last day only, so that a look stays short however many there have been.
    package func gauges() async throws -> [Gauge] {
        let rows = try await pool.query(
            """
            SELECT 'reelgate_runs' AS name, NULL AS stage, state, NULL AS queue, count(*)::float8 AS value
            FROM runs
            WHERE state IN ('started', 'analysis_complete') OR finished_at > now() - interval '1 day'
            GROUP BY state
            UNION ALL
            SELECT 'reelgate_jobs', j.stage, j.state, NULL, count(*)::float8
            FROM jobs j
            JOIN runs r ON r.id = j.run_id AND r.state IN ('started', 'analysis_complete')
            WHERE j.state IN ('pending', 'in_progress')
            GROUP BY j.stage, j.state
            UNION ALL
            SELECT 'reelgate_tasks', NULL, state, NULL, count(*)::float8
            FROM tasks
            WHERE state IN ('minted', 'submit_unknown', 'dispatched')
            GROUP BY state
            UNION ALL
            SELECT 'reelgate_queue_age_seconds', NULL, NULL, 'tasks',
                coalesce(extract(epoch FROM now() - min(next_action_at)), 0)::float8
            FROM tasks
            WHERE state IN ('minted', 'submit_unknown', 'dispatched') AND next_action_at <= now()
            UNION ALL
            SELECT 'reelgate_queue_age_seconds', NULL, NULL, 'callbacks',
                coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8
            FROM callbacks
            WHERE state = 'stored'
            UNION ALL
            SELECT 'reelgate_callbacks', NULL, state, NULL, count(*)::float8
            FROM callbacks
            WHERE state <> 'applied'
            GROUP BY state
            UNION ALL
            SELECT 'reelgate_queue_age_seconds', NULL, NULL, 'deliveries',
                coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::float8
            FROM deliveries
            WHERE state = 'pending' AND next_attempt_at <= now() AND NOT \(Self.isOfDeleted)
            UNION ALL
            SELECT 'reelgate_deliveries_pending', NULL, NULL, NULL, count(*)::float8
            FROM deliveries
            WHERE state = 'pending' AND NOT \(Self.isOfDeleted)
            UNION ALL
            SELECT 'reelgate_gateways', NULL, state, NULL, count(*)::float8
            FROM gateways
            WHERE seen_at > now() - \(Self.gatewaySilenceSeconds) * interval '1 second'
            GROUP BY state
            UNION ALL
            SELECT 'reelgate_database_xmin_age_seconds', NULL, NULL, NULL,
                coalesce(extract(epoch FROM now() - min(xact_start)), 0)::float8
            FROM pg_stat_activity
            WHERE datname = current_database() AND backend_xmin IS NOT NULL
            UNION ALL
            SELECT 'reelgate_database_dead_rows', NULL, NULL, NULL, coalesce(sum(n_dead_tup), 0)::float8
            FROM pg_stat_user_tables
            """
        )
        return try rows.map { row in
            var labels: [String: String] = [:]
            for label in ["stage", "state", "queue"] {
                let word: String? = try row.get(label)
                if let word { labels[label] = word }
            }
            return Gauge(name: try row.get("name"), labels: labels, value: try row.get("value"))
        }
    }
}
