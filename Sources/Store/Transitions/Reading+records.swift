import Contracts
import Postgres

extension Reading<[String: RunRecord]> {
    /// Runs by their ids.
    static func runs(ids: [String]) -> Self {
        Reading(["\(RunRecord.select) WHERE r.id = ANY(\(ids))"]) { rows in
            Dictionary(uniqueKeysWithValues: try rows[0].map { try RunRecord($0) }.map { ($0.id, $0) })
        }
    }
}

extension Reading<[ArtifactRecord]> {
    /// What these runs have published: of each job, the artifacts of its current attempt.
    static func artifacts(runIds: [String]) -> Self {
        let statement: SQL = """
            SELECT \(unescaped: ArtifactRecord.columns)
            FROM artifacts a
            JOIN jobs j ON j.id = a.job_id AND j.attempt = a.attempt
            WHERE a.run_id = ANY(\(runIds))
            ORDER BY a.run_id, j.position, a.name COLLATE "C"
            """
        return Reading([statement]) { try $0[0].map { try ArtifactRecord($0) } }
    }
}

extension Reading<[JobRecord]> {
    /// The jobs of these runs, in workflow order.
    static func jobs(runIds: [String]) -> Self {
        let statement: SQL = """
            SELECT \(unescaped: JobRecord.columns)
            FROM jobs j
            WHERE j.run_id = ANY(\(runIds))
            ORDER BY j.run_id, j.position
            """
        return Reading([statement]) { try $0[0].map { try JobRecord($0) } }
    }
}

extension Reading<[OutputRecord]> {
    /// The shorts that a condition on `o` and its run `r` picks, with their renditions, in source order.
    static func outputs(where condition: SQL) -> Self {
        let outputs: SQL = """
            SELECT \(unescaped: OutputRecord.columns)
            FROM outputs o
            JOIN runs r ON r.id = o.run_id
            WHERE \(condition)
            ORDER BY o.run_id, o.ordinal
            """
        let renditions: SQL = """
            SELECT n.output_id, n.aspect_ratio, n.artifact_id, n.thumbnail_id, n.width, n.height, n.duration_ms,
                a.size_bytes, a.sha256
            FROM outputs o
            JOIN runs r ON r.id = o.run_id
            JOIN renditions n ON n.output_id = o.id
            JOIN artifacts a ON a.id = n.artifact_id
            WHERE \(condition)
            ORDER BY n.output_id, n.aspect_ratio DESC
            """
        return Reading([outputs, renditions]) { rows in
            let byOutput = Dictionary(grouping: try rows[1].map { try RenditionRecord($0) }, by: \.outputId)
            return try rows[0].map { row in
                try OutputRecord(row, renditions: byOutput[try row.get("id", as: String.self)] ?? [])
            }
        }
    }
}

extension Reading<[RunAggregate]> {
    /// These runs with what their views are made from, in the order of the ids.
    static func aggregates(runIds: [String]) -> Self {
        let progress: SQL = """
            SELECT run_id, state, progress, state = 'rendered' AND coalesce(qc ->> 'ready' = 'true', false) AS is_ready
            FROM outputs
            WHERE run_id = ANY(\(runIds))
            """
        return Reading<[String: RunRecord]>.runs(ids: runIds).with(.jobs(runIds: runIds)) { ($0, $1) }
            .with(Reading<[Row]>(progress)) { known, rows in
                let jobs = Dictionary(grouping: known.1, by: \.runId)
                var outputs: [String: [RunAggregate.OutputProgress]] = [:]
                for row in rows {
                    let output = RunAggregate.OutputProgress(
                        state: try row.get("state"),
                        progress: try row.get("progress"),
                        isReady: try row.get("is_ready")
                    )
                    outputs[try row.get("run_id"), default: []].append(output)
                }
                return runIds.compactMap { id in
                    known.0[id].map {
                        RunAggregate(run: $0, jobs: jobs[id] ?? [], outputs: outputs[id] ?? [])
                    }
                }
            }
    }
}
