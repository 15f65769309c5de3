import Contracts
import Foundation
import Pipeline
import Postgres
import Threads

/// A run on its way into the database, with its answer.
struct AcceptedRun: Sendable {
    let id: String
    let new: NewRun
    let claim: IdempotencyClaim?
    let optionsJSON: String
    let metadataJSON: String
    /// The run's JSON, with `RunTextMarks`.
    let answer: [UInt8]

    init(_ new: NewRun, claim: IdempotencyClaim?, source: RunView.Source?, texts: RunTexts) throws {
        let template = try texts.run(RunTextTemplate.Kind(new, source: source))
        id = ResourceID.make(.run)
        self.new = new
        self.claim = claim
        optionsJSON = template.options
        metadataJSON = try JSONText.object(new.metadata)
        answer = try template.render(new, id: id)
    }

    private struct Name: Hashable {
        let tenantId: String
        let key: String
    }

    /// What a caller gets; an answer that cannot be read fails that caller only.
    typealias Answer = Result<IdempotencyOutcome, any Error>

    /// Accepts a group in one transaction.
    ///
    /// Of several with one key the first is done; the others get what a later request would. Nothing is thrown once
    /// the group is committed: it would be written again.
    static func commit(
        _ runs: [AcceptedRun],
        pool: PostgresPool,
        texts: RunTexts,
        started: StartedDeliveries
    ) async throws -> [Answer] {
        var firsts: [AcceptedRun] = []
        var places: [Int] = []
        var seen: [Name: Int] = [:]
        for run in runs {
            if let claim = run.claim {
                let name = Name(tenantId: claim.tenantId, key: claim.key)
                if let place = seen[name] {
                    places.append(place)
                    continue
                }
                seen[name] = firsts.count
            }
            places.append(firsts.count)
            firsts.append(run)
        }
        let outcomes = try await write(firsts, pool: pool, texts: texts, started: started)
        var isTaken = Set<Int>()
        return zip(runs, places).map { run, place in
            guard !isTaken.insert(place).inserted, case .success(.fresh(let response)) = outcomes[place]
            else {
                return outcomes[place]
            }
            let first = firsts[place].claim
            let isSame = first?.route == run.claim?.route && first?.fingerprint == run.claim?.fingerprint
            return .success(isSame ? .replayed(response) : .reused)
        }
    }

    private static func write(
        _ runs: [AcceptedRun],
        pool: PostgresPool,
        texts: RunTexts,
        started: StartedDeliveries
    ) async throws -> [Answer] {
        let workflows = Dictionary(grouping: runs.indices) { runs[$0].new.workflow.name }
        var outcomes = [Answer](repeating: .success(.inUse), count: runs.count)
        let leasedAt = ContinuousClock.now
        if workflows.count == 1 {
            // Statement and commit are one round trip: whoever dies here leaves it to the database alone.
            CrashPoint.acceptBeforeCommit.pass()
            let rows = try await pool.query(statement(runs, texts: texts, started: started))
            CrashPoint.acceptAfterCommit.pass()
            let told = read(rows, of: runs, at: Array(runs.indices), texts: texts, into: &outcomes)
            started.handOver(told, leasedAt: leasedAt)
            return outcomes
        }
        let results = try await pool.transaction { transaction in
            try workflows.values.map {
                (
                    $0,
                    try transaction.query(try statement($0.map { runs[$0] }, texts: texts, started: started))
                )
            }
        }
        for (indices, rows) in results {
            let told = read(rows, of: runs, at: indices, texts: texts, into: &outcomes)
            started.handOver(told, leasedAt: leasedAt)
        }
        return outcomes
    }

    private static func read(
        _ rows: [Row],
        of runs: [AcceptedRun],
        at indices: [Int],
        texts: RunTexts,
        into outcomes: inout [Answer]
    ) -> [(runId: String, run: StartedRun)] {
        var told: [(runId: String, run: StartedRun)] = []
        do {
            for row in rows {
                let index = indices[try row.get("place", as: Int.self) - 1]
                let started = try row.optionalJSON("started", as: StartedRun.self)
                if let started { told.append((runs[index].id, started)) }
                outcomes[index] = Answer { try runs[index].outcome(row, texts: texts) }
            }
        } catch {
            // Nobody knows whose row it is.
            for index in indices { outcomes[index] = .failure(error) }
        }
        return told
    }

    private func outcome(_ row: Row, texts: RunTexts) throws -> IdempotencyOutcome {
        switch try row.get("outcome", as: String.self) {
        case "fresh":
            let stages = new.workflow.stages.map(\.stage)
            let date: Date = try row.get("accepted_at")
            return .fresh(try Self.response(answer, id: id, date: date, stages: stages, texts: texts))
        case "kept":
            guard let claim, try row.get("route") == claim.route,
                try row.get("fingerprint", as: SQLBytes.self).bytes == claim.fingerprint
            else { return .reused }
            let body = try row.get("body", as: SQLBytes.self).bytes
            guard let id: String = try row.get("run_id") else {
                return .replayed(
                    StoredResponse(
                        status: try row.get("status"),
                        headers: try row.json("headers"),
                        body: Data(body)
                    )
                )
            }
            let date: Date = try row.get("accepted_at")
            let stages = try row.get("run_stages", as: [Stage].self)
            return .replayed(try Self.response(body, id: id, date: date, stages: stages, texts: texts))
        default:
            return .inUse
        }
    }

    /// The answer to the acceptance of a run.
    private static func response(
        _ answer: [UInt8],
        id: String,
        date: Date,
        stages: [Stage],
        texts: RunTexts
    ) throws -> StoredResponse {
        let jobs = try texts.jobs(stages).render(id: id)
        let body = RunTextMarks.fill(answer, moment: Timestamp.format(date), jobs: jobs)
        let headers = ["Location": "/v1/runs/\(id)", "Content-Type": "application/json"]
        return StoredResponse(status: 202, headers: headers, body: Data(body))
    }
}
