package import Foundation
import Postgres

/// Gives up the bytes of what lies between a run's source and its shorts, some time after its end.
///
/// First the row says `removed_at`, from when on nobody reads, reuses or attaches the artifact. Its file goes an hour
/// later: who had verified it before has published the copy by then, and the file stays for that one. A crash between
/// the two leaves a file too much, which the next pass removes; the reverse order would leave a row that lies.
extension Store {
    /// Longer than anybody takes between the look at an artifact and the commit of its copy.
    package static let copySeconds = 3_600

    /// Marks the artifacts of runs that ended so long ago, except the files of their shorts and what another run that
    /// is not as old shares; returns how many runs were looked at, and how many artifacts were marked.
    package func removeArtifacts(
        ofRunsEndedDaysAgo days: Int,
        runsMax: Int,
        now: Date? = nil
    ) async throws -> (runs: Int, artifacts: Int) {
        guard days > 0 else { return (0, 0) }
        return try await pool.transaction { transaction in
            let cutoff: SQL = "(coalesce(\(now), now()) - \(days) * interval '1 day')"
            let runIds = try transaction.query(
                """
                SELECT id
                FROM runs
                WHERE finished_at < \(cutoff) AND artifacts_removed_at IS NULL
                ORDER BY finished_at
                LIMIT \(runsMax)
                FOR NO KEY UPDATE SKIP LOCKED
                """
            ).map { try $0.get("id", as: String.self) }
            guard !runIds.isEmpty else { return (0, 0) }
            let marked = try transaction.execute(
                """
                WITH old AS MATERIALIZED (
                    SELECT DISTINCT a.location
                    FROM artifacts a
                    JOIN jobs j ON j.id = a.job_id
                    WHERE a.run_id = ANY(\(runIds)) AND a.removed_at IS NULL AND NOT \(Self.isOfShort)
                ), held AS MATERIALIZED (
                    SELECT DISTINCT a.location
                    FROM old
                    JOIN artifacts a ON a.location = old.location AND a.removed_at IS NULL
                    JOIN jobs j ON j.id = a.job_id
                    JOIN runs r ON r.id = a.run_id
                    WHERE r.finished_at IS NULL OR r.finished_at >= \(cutoff) OR \(Self.isOfShort)
                )
                UPDATE artifacts a
                SET removed_at = now()
                WHERE a.removed_at IS NULL
                    AND a.location IN (SELECT location FROM old EXCEPT SELECT location FROM held)
                """
            )
            try transaction.execute(
                "UPDATE runs SET artifacts_removed_at = now() WHERE id = ANY(\(runIds))"
            )
            return (runIds.count, marked)
        }
    }

    /// What a run delivers: the files of its shorts, and whatever else their renderer made beside them.
    private static let isOfShort: SQL = """
        (a.stage = 'render' AND (a.attempt = j.attempt OR EXISTS (
            SELECT 1
            FROM outputs o
            JOIN renditions n ON n.output_id = o.id
            WHERE o.run_id = a.run_id AND a.id IN (n.artifact_id, n.thumbnail_id)
        )) OR a.stage = 'compose' AND a.attempt = j.attempt AND EXISTS (
            SELECT 1
            FROM outputs o
            WHERE o.run_id = a.run_id AND o.state = 'rendered'
                AND a.name IN ('captions/' || o.clip || '.srt', 'captions/' || o.clip || '.vtt')
        ))
        """

    /// Places of removed artifacts whose files may go now: nobody else has them, and nobody can be copying them.
    package func erasableLocations(limit: Int, now: Date? = nil) async throws -> [String] {
        let settled: SQL = "(coalesce(\(now), now()) - \(Self.copySeconds) * interval '1 second')"
        return try await pool.transaction { transaction in
            // What somebody else still has is that one's to remove.
            try transaction.execute(
                """
                UPDATE artifacts a
                SET erased_at = now()
                WHERE a.removed_at < \(settled) AND a.erased_at IS NULL AND EXISTS (
                    SELECT 1 FROM artifacts b WHERE b.location = a.location AND b.removed_at IS NULL
                )
                """
            )
            return try transaction.query(
                """
                SELECT DISTINCT a.location
                FROM artifacts a
                WHERE a.removed_at < \(settled) AND a.erased_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM artifacts b WHERE b.location = a.location AND b.removed_at >= \(settled)
                )
                LIMIT \(limit)
                """
            ).map { try $0.get("location") }
        }
    }

    /// Notes that the files of removed artifacts are gone.
    package func noteErased(_ locations: [String]) async throws {
        guard !locations.isEmpty else { return }
        try await pool.execute(
            """
            UPDATE artifacts
            SET erased_at = now()
            WHERE location = ANY(\(locations)) AND removed_at IS NOT NULL AND erased_at IS NULL
            """
        )
    }

    /// Those of these places that no record names: what lies there is a leftover.
    package func unreferenced(_ locations: [String]) async throws -> [String] {
        guard !locations.isEmpty else { return [] }
        return try await pool.query(
            """
            SELECT found.location
            FROM unnest(\(locations)) AS found (location)
            WHERE NOT EXISTS (
                    SELECT 1 FROM artifacts a WHERE a.location = found.location AND a.erased_at IS NULL
                )
                AND NOT EXISTS (SELECT 1 FROM assets a WHERE a.location = found.location)
                AND NOT EXISTS (SELECT 1 FROM style_assets s WHERE s.location = found.location)
                AND NOT EXISTS (
                    SELECT 1
                    FROM uploads u
                    JOIN tasks t ON t.id = u.task_id
                    WHERE u.location = found.location
                        AND t.state IN ('minted', 'submit_unknown', 'dispatched')
                )
            """
        ).map { try $0.get("location") }
    }
}
