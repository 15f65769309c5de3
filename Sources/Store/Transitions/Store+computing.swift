package import Contracts
import Foundation
import Postgres

/// Who computes what: of equal stages of a tenant one is computed, and the others wait for it.
extension Store {
    /// What came of the wish to compute a stage.
    package enum Computing: Sendable, Hashable {
        case begun
        /// The job of this id computes the same; ours is pending until that one ends, and counts as not tried.
        case waiting(on: String)
        /// The lease is lost, and nothing changed.
        case lost
    }

    /// How often somebody may have computed the same between two looks before this is no race any more.
    private static let racesMax = 10

    /// Takes the right to compute `fingerprint` for a tenant, or gives the job back to wait for who has it.
    ///
    /// `warnings` are what the job is to tell already now; those of its result come after them.
    package func beginComputing(
        _ lease: JobLease,
        tenantId: String,
        fingerprint: String,
        warnings: [Warning] = []
    ) async throws -> Computing {
        let key = Self.computingKey(tenantId: tenantId, fingerprint: fingerprint)
        for _ in 0..<Self.racesMax {
            if try await takeComputing(lease, key: key, warnings: warnings) { return .begun }
            if let outcome = try await waitForComputing(lease, key: key) { return outcome }
        }
        throw StoreError.malformedRecord("the computation of '\(fingerprint)'")
    }

    static func computingKey(tenantId: String, fingerprint: String) -> String { "\(tenantId) \(fingerprint)" }

    /// One statement of its own without the run's lock: whoever waits at the unique index holds nothing else.
    private func takeComputing(_ lease: JobLease, key: String, warnings: [Warning]) async throws -> Bool {
        do {
            return try await pool.execute(
                """
                UPDATE jobs j
                SET computing = \(key), warnings = route_warnings || \(try SQLJSON(encoding: warnings))
                WHERE j.id = \(lease.jobId) AND j.lease_token = \(lease.token) AND j.state = 'in_progress'
                    AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.computing = \(key) AND other.id <> j.id)
                """
            ) == 1
        } catch let error as PostgresError where error.constraint == "jobs_computing_once" {
            return false
        }
    }

    /// Nil when nobody computes it any more.
    private func waitForComputing(_ lease: JobLease, key: String) async throws -> Computing? {
        try await pool.transaction { transaction in
            guard let job = try transaction.lockJob(lease) else { return .lost }
            let holders = try transaction.query(
                "SELECT id FROM jobs WHERE computing = \(key) AND id <> \(job.id)"
            )
            guard let holder: String = try holders.first?.get("id") else { return nil }
            try transaction.execute(
                """
                UPDATE jobs
                SET state = 'pending', tries = greatest(tries - 1, 0), not_before = now(), progress = 0,
                    computing = NULL, waits_on = \(holder), lease_token = NULL, lease_until = NULL
                WHERE id = \(job.id)
                """
            )
            try transaction.record(
                NewEvent("job.waiting", stage: job.stage, attempt: job.attempt, relatedId: holder),
                runId: job.runId
            )
            return .waiting(on: holder)
        }
    }
}
