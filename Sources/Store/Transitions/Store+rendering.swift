package import Contracts
import Foundation
import Pipeline
import Postgres

/// A rendered short whose renditions another one may share.
package struct ReusableOutput: Sendable, Hashable {
    package let output: OutputRecord
    /// Its renditions, their stills and reports, as far as they were not removed.
    package let artifacts: [ArtifactRecord]
}

/// Who renders what: of equal shorts of a tenant one is rendered, and the others wait for it.
extension Store {
    /// What came of the wish to render a short.
    package enum Rendering: Sendable, Hashable {
        case begun
        /// The short of this id is rendered from the same.
        case waiting(on: String)
        /// The lease is lost or the short has ended, and nothing changed.
        case lost
    }

    private static let renderRacesMax = 10

    /// The newest rendered short of the tenant with this fingerprint; none of its renditions may have been removed.
    ///
    /// Whether they verify is for the caller to see before it attaches them by `attachOutput`.
    package func reusableOutput(tenantId: String, fingerprint: String) async throws -> ReusableOutput? {
        try await pool.transaction { transaction in
            let ids = try transaction.query(
                """
                SELECT o.id
                FROM outputs o
                JOIN runs r ON r.id = o.run_id
                WHERE o.fingerprint = \(fingerprint) AND o.state = 'rendered' AND r.tenant_id = \(tenantId)
                    AND (SELECT bool_and(a.removed_at IS NULL)
                         FROM renditions n
                         JOIN artifacts a ON a.id IN (n.artifact_id, n.thumbnail_id)
                         WHERE n.output_id = o.id)
                ORDER BY o.finished_at DESC
                LIMIT 1
                """
            )
            guard let id: String = try ids.first?.get("id"),
                let output = try transaction.outputs(where: "o.id = \(id)").first
            else { return nil }
            // Published together, so under the same attempt of the same job.
            let artifacts = try transaction.query(
                """
                SELECT \(unescaped: ArtifactRecord.columns)
                FROM artifacts a
                WHERE a.removed_at IS NULL AND (a.job_id, a.attempt) IN (
                    SELECT of.job_id, of.attempt
                    FROM renditions n
                    JOIN artifacts of ON of.id = n.artifact_id
                    WHERE n.output_id = \(id)
                )
                ORDER BY a.name COLLATE "C"
                """
            ).map { try ArtifactRecord($0) }.filter { $0.name.clip == output.clip }
            return ReusableOutput(output: output, artifacts: artifacts)
        }
    }

    /// Takes the right to render a short; without `isShared` nobody else is asked, and nobody waits for it.
    ///
    /// `warnings` are what the short is to tell already now; those of its render come after them.
    package func beginRendering(
        _ lease: TaskLease,
        outputId: String,
        tenantId: String,
        fingerprint: String,
        isShared: Bool,
        warnings: [Warning] = []
    ) async throws -> Rendering {
        let key = isShared ? Self.computingKey(tenantId: tenantId, fingerprint: fingerprint) : nil
        for _ in 0..<Self.renderRacesMax {
            let isBegun = try await takeRendering(
                lease,
                outputId: outputId,
                fingerprint: fingerprint,
                key: key,
                warnings: warnings
            )
            if isBegun { return .begun }
            if let outcome = try await waitForRendering(lease, outputId: outputId, key: key) {
                return outcome
            }
        }
        throw StoreError.malformedRecord("the rendering of '\(fingerprint)'")
    }

    /// Gives a waiting short the renditions of an equal one, which ends its task; false when the lease is lost.
    package func attachOutput(
        _ lease: TaskLease,
        from source: OutputRecord,
        artifacts: [NewArtifact],
        renditions: [NewRendition],
        qc: QualityReport?,
        warnings: [Warning]
    ) async throws -> Bool {
        try await pool.transaction { [links, jitter] transaction in
            guard let task = try transaction.lockTask(lease), let outputId = task.outputId,
                let locked = try transaction.lockedTask(id: task.id)
            else { return false }
            let changed = try transaction.execute(
                """
                UPDATE outputs
                SET fingerprint = \(source.fingerprint), reused_from = \(source.id), computing = NULL, warnings = '[]'
                WHERE id = \(outputId) AND state IN ('pending', 'rendering')
                """
            )
            guard changed == 1 else { return false }
            try transaction.record(
                NewEvent(
                    "output.reused",
                    stage: .render,
                    outputId: outputId,
                    attempt: task.attempt,
                    relatedId: source.id
                ),
                runId: task.runId
            )
            let outcome = TaskOutcome.completed(
                artifacts: artifacts,
                qc: qc,
                renditions: renditions,
                warnings: warnings
            )
            let decision = locked.facts.decide(
                TaskSignal(outcome.event, attempt: task.attempt),
                jitter: jitter()
            )
            try transaction.apply(decision, to: locked, outcome: outcome, links: links)
            return true
        }
    }

    /// One statement of its own without the run's lock: whoever waits at the unique index holds nothing else.
    private func takeRendering(
        _ lease: TaskLease,
        outputId: String,
        fingerprint: String,
        key: String?,
        warnings: [Warning]
    ) async throws -> Bool {
        do {
            return try await pool.execute(
                """
                UPDATE outputs o
                SET fingerprint = \(fingerprint), computing = \(key), reused_from = NULL, waits_on = NULL,
                    warnings = \(try SQLJSON(encoding: warnings))
                FROM tasks t
                WHERE o.id = \(outputId) AND o.state IN ('pending', 'rendering') AND t.output_id = o.id
                    AND t.id = \(lease.taskId) AND t.attempt = \(lease.attempt) AND t.lease_token = \(lease.token)
                    AND NOT EXISTS (
                        SELECT 1 FROM outputs other
                        WHERE other.computing = \(key) AND other.state IN ('pending', 'rendering') AND other.id <> o.id
                    )
                """
            ) == 1
        } catch let error as PostgresError where error.constraint == "outputs_computing_once" {
            return false
        }
    }

    /// Nil when nobody renders it any more.
    private func waitForRendering(
        _ lease: TaskLease,
        outputId: String,
        key: String?
    ) async throws -> Rendering? {
        try await pool.transaction { transaction in
            guard let task = try transaction.lockTask(lease), task.outputId == outputId else { return .lost }
            let open = try transaction.query(
                "SELECT waits_on FROM outputs WHERE id = \(outputId) AND state IN ('pending', 'rendering')"
            )
            guard let before = open.first else { return .lost }
            let holders = try transaction.query(
                """
                SELECT id
                FROM outputs
                WHERE computing = \(key) AND state IN ('pending', 'rendering') AND id <> \(outputId)
                """
            )
            guard let holder: String = try holders.first?.get("id") else { return nil }
            // Who waits gives up what it held: two that wait for each other would do so for ever.
            try transaction.execute(
                "UPDATE outputs SET waits_on = \(holder), computing = NULL WHERE id = \(outputId)"
            )
            let waitedOn: String? = try before.get("waits_on")
            if waitedOn != holder {
                // Told once, however often it is looked at meanwhile.
                try transaction.record(
                    NewEvent(
                        "output.waiting",
                        stage: .render,
                        outputId: outputId,
                        attempt: task.attempt,
                        relatedId: holder
                    ),
                    runId: task.runId
                )
            }
            return .waiting(on: holder)
        }
    }
}
