import Foundation
import Postgres
import Signatures
import StudioSupport

/// The rules between the database and what the provider itself says.
extension Invariants {
    /// I6: shorts and stages are as the provider's own log has them, and what is published is there to be fetched.
    func theProviderAgrees() async throws -> [String] {
        var found: [String] = []
        let done = Set(provider.filter { $0.fact == .completed }.map { "\($0.taskId) \($0.attempt)" })
        let tasks = try await pool.query(
            """
            SELECT t.id, t.attempt
            FROM tasks t
            LEFT JOIN outputs o ON o.id = t.output_id
            WHERE t.state = 'completed' AND o.reused_from IS NULL
            ORDER BY t.id
            """
        )
        for task in tasks {
            let key = "\(try task.get("id", as: String.self)) \(try task.get("attempt", as: Int.self))"
            if !done.contains(key) { found.append("I6: task \(key) is completed, its provider never did it") }
        }
        var clips: [String: Set<String>] = [:]
        for entry in provider where entry.fact == .completed {
            if let clip = entry.clip { clips[entry.taskId, default: []].insert(clip) }
        }
        let outputs = try await pool.query(
            """
            SELECT o.id, o.clip, o.state, t.id AS task_id, o.reused_from,
                origin.state AS origin_state,
                (SELECT count(*) FROM renditions n WHERE n.output_id = o.id) AS renditions
            FROM outputs o
            JOIN runs r ON r.id = o.run_id
            LEFT JOIN tasks t ON t.output_id = o.id AND t.state = 'completed'
            LEFT JOIN outputs origin ON origin.id = o.reused_from
            WHERE r.state = 'fully_generated'
            """
        )
        for output in outputs {
            let clip: String = try output.get("clip")
            let id: String = try output.get("id")
            if try output.get("state", as: String.self) != "rendered"
                || output.get("renditions", as: Int.self) == 0
            {
                found.append("I6: short \(id) of a run that is fully generated is not rendered")
            }
            if let origin: String = try output.get("reused_from") {
                // It was rendered for another short, which may have been taken from a third one.
                if try output.get("origin_state", as: String?.self) != "rendered" {
                    found.append("I6: short \(id) is taken from \(origin), which is not rendered")
                }
            } else if let task: String = try output.get("task_id"), clips[task] != [clip] {
                found.append("I6: the provider rendered \(clips[task] ?? []) for short \(id) (\(clip))")
            }
        }
        return found + (try await filesAreThere())
    }

    /// Each artifact's file has the recorded bytes.
    private func filesAreThere() async throws -> [String] {
        let rows = try await pool.query(
            "SELECT location, sha256, size_bytes FROM artifacts WHERE removed_at IS NULL"
        )
        return try rows.compactMap { row in
            let location: String = try row.get("location")
            guard let data = FileManager.default.contents(atPath: "\(artifactsFolder)/\(location)") else {
                return "I6: artifact \(location) is published and not there"
            }
            return SHA256Digest.hex(data) == (try row.get("sha256", as: String.self))
                ? nil : "I6: artifact \(location) has other bytes than it was published with"
        }
    }

    /// I7: work was begun at the provider once, and again only with a reason that the run's events tell.
    ///
    /// The same attempt may only be begun again by a provider that forgot it in between.
    func nothingIsPaidTwice() async throws -> [String] {
        var found: [String] = []
        var begun: [String: Set<Int>] = [:]
        var sinceForgetting: Set<String> = []
        for entry in provider {
            switch entry.fact {
            case .forgot: sinceForgetting = []
            case .started:
                begun[entry.taskId, default: []].insert(entry.attempt)
                let isFirst = sinceForgetting.insert("\(entry.taskId) \(entry.attempt)").inserted
                if !isFirst {
                    found.append("I7: attempt \(entry.attempt) of \(entry.taskId) was begun twice")
                }
            default: break
            }
        }
        let rows = try await pool.query(
            """
            SELECT t.job_id, t.output_id, j.stage, array_agg(t.id ORDER BY t.id) AS tasks,
                (SELECT count(*) FROM events e
                 WHERE e.run_id = t.run_id AND e.stage = j.stage AND e.type IN ('job.retrying', 'task.redispatched')
                    AND e.problem IS NOT NULL AND e.output_id IS NOT DISTINCT FROM t.output_id) AS reasons
            FROM tasks t
            JOIN jobs j ON j.id = t.job_id
            GROUP BY t.run_id, t.job_id, t.output_id, j.stage
            """
        )
        for row in rows {
            let tasks: [String] = try row.get("tasks")
            let starts = tasks.reduce(0) { $0 + (begun[$1]?.count ?? 0) }
            let reasons: Int = try row.get("reasons")
            if starts > 1 + reasons {
                let stage: String = try row.get("stage")
                found.append(
                    "I7: \(stage) was begun \(starts) times as \(tasks), with \(reasons) reasons recorded"
                )
            }
        }
        return found
    }
}
