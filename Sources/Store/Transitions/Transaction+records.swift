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

    func run(id: String) throws -> RunRecord? {
        try query("\(RunRecord.select) WHERE r.id = \(id)").first.map { try RunRecord($0) }
    }

    /// The jobs of these runs, in workflow order.
    func jobs(runIds: [String]) throws -> [JobRecord] {
        try read(.jobs(runIds: runIds))
    }

    func job(id: String) throws -> JobRecord? {
        try query("SELECT \(unescaped: JobRecord.columns) FROM jobs j WHERE j.id = \(id)").first
            .map { try JobRecord($0) }
    }

    /// What these runs have published: of each job, the artifacts of its current attempt.
    func artifacts(runIds: [String]) throws -> [ArtifactRecord] {
        try read(.artifacts(runIds: runIds))
    }

    /// The shorts that a condition on `o` picks, with their renditions, in source order.
    func outputs(where condition: SQL) throws -> [OutputRecord] {
        try read(.outputs(where: condition))
    }

    /// These runs with what their views are made from, in the order of the ids.
    func aggregates(runIds: [String]) throws -> [RunAggregate] {
        try read(.aggregates(runIds: runIds))
    }

    func runView(id: String, includesJobs: Bool) throws -> RunView {
        try view(of: id, in: try aggregates(runIds: [id]), includesJobs: includesJobs)
    }

    func view(of id: String, in aggregates: [RunAggregate], includesJobs: Bool) throws -> RunView {
        guard let aggregate = aggregates.first(where: { $0.run.id == id }) else {
            throw StoreError.malformedRecord("run '\(id)'")
        }
        return aggregate.view(includesJobs: includesJobs)
    }
}
