import Contracts
import Pipeline
import Postgres

extension AcceptedRun {
    /// The one statement that accepts a group of runs of one workflow.
    ///
    /// `started` says what became of telling of each.
    static func statement(_ runs: [AcceptedRun], texts: RunTexts, started: StartedDeliveries) throws -> SQL {
        let workflow = runs[0].new.workflow
        let frame = try texts.messageFrame()
        return """
            SELECT accepted.*, CASE WHEN accepted.is_told THEN
                lease_started((\(runs.map(\.id)))[accepted.place], \(started.leaseMark), \(started.leaseSeconds),
                    \(started.unwell)) END AS started
            FROM accept_runs(\(workflow.name), \(workflow.stages.map(\.stage)), \(Self.needs(workflow)),
                \(runs.map(\.id)), \(runs.map(\.new.tenantId)), \(runs.map(\.new.sourceUrl)),
                \(runs.map(\.new.sourceAssetId)), \(runs.map(\.new.style.package)), \(runs.map(\.new.style.version)),
                \(runs.map(\.new.style.digest)), \(runs.map { SQLJSON($0.optionsJSON) }),
                \(runs.map { SQLJSON($0.metadataJSON) }), \(runs.map(\.new.externalId)),
                \(try runs.map { try SQLJSON.optional($0.new.provided) }), \(runs.map(\.claim?.key)), \(runs.map(\.claim?.route)),
                \(runs.map { $0.claim.map { SQLBytes($0.fingerprint) } }),
                \(runs.map { String(decoding: $0.answer, as: UTF8.self) }), \(frame.head), \(frame.tail)) accepted
            """
    }

    /// What each stage requires, separated by commas.
    static func needs(_ workflow: Workflow) -> [String] {
        workflow.stages.map { $0.requires.map(\.rawValue).joined(separator: ",") }
    }
}
