import Contracts
import Foundation
import Pipeline
import Postgres

/// Reads of one transaction. All of them see the state that the transaction's locks protect.
extension Transaction {
    /// The database's time, the same within the transaction.
    func now() throws -> Date {
        try query("SELECT now() AS now")[0].get("now")
    }

    func runs(ids: [String]) throws -> [String: RunRecord] {
        let rows = try query("\(RunRecord.select) WHERE r.id = ANY(\(ids))")
        return Dictionary(uniqueKeysWithValues: try rows.map { ($0, try RunRecord($0)) }.map { ($1.id, $1) })
    }

    func run(id: String) throws -> RunRecord? {
        try query("\(RunRecord.select) WHERE r.id = \(id)").first.map { try RunRecord($0) }
    }

    /// The jobs of these runs, in workflow order.
    func jobs(runIds: [String]) throws -> [JobRecord] {
        try query(
            """
            SELECT \(unescaped: JobRecord.columns)
            FROM jobs j
            WHERE j.run_id = ANY(\(runIds))
            ORDER BY j.run_id, j.position
            """
        ).map { try JobRecord($0) }
    }

    func job(id: String) throws -> JobRecord? {
        try query("SELECT \(unescaped: JobRecord.columns) FROM jobs j WHERE j.id = \(id)").first
            .map { try JobRecord($0) }
    }

    /// What these runs have published: of each job, the artifacts of its current attempt.
    func artifacts(runIds: [String]) throws -> [ArtifactRecord] {
        try query(
            """
            SELECT \(unescaped: ArtifactRecord.columns)
            FROM artifacts a
            JOIN jobs j ON j.id = a.job_id AND j.attempt = a.attempt
            WHERE a.run_id = ANY(\(runIds))
            ORDER BY a.run_id, j.position, a.name COLLATE "C"
            """
        ).map { try ArtifactRecord($0) }
    }

    /// The shorts that a condition on `o` picks, with their renditions, in source order.
    func outputs(where condition: SQL) throws -> [OutputRecord] {
        let rows = try query(
            """
            SELECT \(unescaped: OutputRecord.columns)
            FROM outputs o
            JOIN runs r ON r.id = o.run_id
            WHERE \(condition)
            ORDER BY o.run_id, o.ordinal
            """
        )
        let ids = try rows.map { try $0.get("id", as: String.self) }
        guard !ids.isEmpty else { return [] }
        let renditions = try query(
            """
            SELECT n.output_id, n.aspect_ratio, n.artifact_id, n.thumbnail_id, n.width, n.height, n.duration_ms,
                a.size_bytes, a.sha256
            FROM renditions n
            JOIN artifacts a ON a.id = n.artifact_id
            WHERE n.output_id = ANY(\(ids))
            ORDER BY n.output_id, n.aspect_ratio DESC
            """
        ).map { try RenditionRecord($0) }
        let byOutput = Dictionary(grouping: renditions, by: \.outputId)
        return try zip(rows, ids).map { try OutputRecord($0, renditions: byOutput[$1] ?? []) }
    }

    /// These runs with what their views are made from, in the order of the ids.
    func aggregates(runIds: [String]) throws -> [RunAggregate] {
        let runs = try runs(ids: runIds)
        let jobs = Dictionary(grouping: try jobs(runIds: runIds), by: \.runId)
        let rows = try query("SELECT run_id, state, progress FROM outputs WHERE run_id = ANY(\(runIds))")
        let outputs = Dictionary(grouping: rows) { (try? $0.get("run_id", as: String.self)) ?? "" }
        return try runIds.compactMap { id in
            guard let run = runs[id] else { return nil }
            return RunAggregate(
                run: run,
                jobs: jobs[id] ?? [],
                outputs: try (outputs[id] ?? []).map {
                    RunAggregate.OutputProgress(state: try $0.get("state"), progress: try $0.get("progress"))
                }
            )
        }
    }

    func runView(id: String, includesJobs: Bool) throws -> RunView {
        guard let aggregate = try aggregates(runIds: [id]).first else {
            throw StoreError.malformedRecord("run '\(id)'")
        }
        return aggregate.view(includesJobs: includesJobs)
    }
}
