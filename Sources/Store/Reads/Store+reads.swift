package import Contracts
import Foundation
import Pipeline
import Postgres

/// Reads for clients and for the console.
extension Store {
    /// The jobs of a run, in workflow order.
    package func jobs(runId: String) async throws -> [JobRecord] {
        try await pool.transaction { try $0.jobs(runIds: [runId]) }
    }

    /// The shorts of a run, in source order.
    package func outputs(runId: String) async throws -> [OutputRecord] {
        try await pool.transaction { try $0.outputs(where: "o.run_id = \(runId)") }
    }

    package func output(tenantId: String, id: String) async throws -> OutputRecord? {
        try await pool.transaction {
            try $0.outputs(where: "o.id = \(id) AND r.tenant_id = \(tenantId)").first
        }
    }

    /// The shorts of a run as clients see them.
    package func outputViews(runId: String) async throws -> [OutputView] {
        try await pool.transaction { [links] transaction in
            let now = try transaction.now()
            return try transaction.outputs(where: "o.run_id = \(runId)").map {
                $0.view(links: links, now: now)
            }
        }
    }

    package func outputView(tenantId: String, id: String) async throws -> OutputView? {
        try await pool.transaction { [links] transaction in
            let now = try transaction.now()
            return try transaction.outputs(where: "o.id = \(id) AND r.tenant_id = \(tenantId)").first?
                .view(links: links, now: now)
        }
    }

    /// A page of what a run has published, newest first, of each job's current attempt.
    package func artifacts(runId: String, limit: Int, after: String?) async throws -> Page<ArtifactView> {
        try await pool.transaction { [links] transaction in
            let now = try transaction.now()
            let found = try transaction.query(
                """
                SELECT \(unescaped: ArtifactRecord.columns)
                FROM artifacts a
                JOIN jobs j ON j.id = a.job_id AND j.attempt = a.attempt
                WHERE a.run_id = \(runId) AND (a.id < \(after) OR \(after) IS NULL)
                ORDER BY a.id DESC
                LIMIT \(limit + 1)
                """
            ).map { try ArtifactRecord($0) }
            let views = found.prefix(limit).map { $0.view(links: links, now: now) }
            return Page(views, limit: limit, found: found.count) { $0.id }
        }
    }

    /// All that a run has published, of each job's current attempt.
    package func artifacts(runId: String) async throws -> [ArtifactRecord] {
        try await pool.transaction { try $0.artifacts(runIds: [runId]) }
    }

    package func artifact(id: String) async throws -> ArtifactRecord? {
        try await artifact(where: "a.id = \(id)")
    }

    package func artifact(tenantId: String, id: String) async throws -> ArtifactRecord? {
        try await artifact(where: "a.id = \(id) AND a.tenant_id = \(tenantId)")
    }

    /// The log of a run after a sequence, oldest first.
    package func events(runId: String, afterSequence: Int64, limit: Int) async throws -> [EventView] {
        try await pool.query(
            """
            SELECT id, sequence, run_id, type, stage, output_id, attempt, problem, related_id, created_at
            FROM events
            WHERE run_id = \(runId) AND sequence > \(Int(afterSequence))
            ORDER BY sequence
            LIMIT \(limit)
            """
        ).map { row in
            EventView(
                id: try row.get("id"),
                sequence: Int64(try row.get("sequence", as: Int.self)),
                runId: try row.get("run_id"),
                type: try row.get("type"),
                stage: try row.get("stage"),
                outputId: try row.get("output_id"),
                attempt: try row.get("attempt"),
                problem: try row.optionalJSON("problem"),
                relatedId: try row.get("related_id"),
                createdAt: try row.get("created_at")
            )
        }
    }

    /// The sequence of the last event of a run; nil when none of them is kept.
    package func lastSequence(runId: String) async throws -> Int64? {
        let rows = try await pool.query(
            "SELECT max(sequence) AS sequence FROM events WHERE run_id = \(runId)"
        )
        return try rows.first?.get("sequence", as: Int?.self).map { Int64($0) }
    }

    private func artifact(where condition: SQL) async throws -> ArtifactRecord? {
        try await pool.query(
            "SELECT \(unescaped: ArtifactRecord.columns) FROM artifacts a WHERE \(condition)"
        )
        .first.map { try ArtifactRecord($0) }
    }
}
