import Contracts
import Pipeline
import Postgres

/// Stages that several providers may do. The run's row is locked by their callers.
extension Transaction {
    /// Notes that a provider has given a job up for good, where a reader of the record sees it.
    func giveUp(_ job: JobRecord, provider: String, problem: Problem) throws {
        let warning = Warning(
            code: "transcription-failed-over",
            detail: "Provider '\(provider)' did not do it: \(problem.detail) Another provider was asked."
        )
        let json = try SQLJSON(encoding: [warning])
        try execute(
            """
            UPDATE jobs
            SET gave_up = array_append(array_remove(gave_up, \(provider)), \(provider)),
                route_warnings = route_warnings || \(json), warnings = warnings || \(json)
            WHERE id = \(job.id) AND state = 'in_progress' AND attempt = \(job.attempt)
            """
        )
    }

    /// Puts a job back for the next provider, which has all its tries.
    func failOver(_ job: JobRecord, from provider: String, problem: Problem) throws {
        try giveUp(job, provider: provider, problem: problem)
        try retry(job, problem: problem, afterMs: 0)
        try execute(
            "UPDATE jobs SET tries = 0, race_attempt = NULL WHERE id = \(job.id) AND state = 'pending'"
        )
    }

    /// Puts a job back whose tasks have all ended, so that one of the results that they hold is taken.
    func pick(_ job: JobRecord) throws {
        try execute(
            """
            UPDATE jobs
            SET state = 'pending', tries = greatest(tries - 1, 0), not_before = now(), computing = NULL,
                lease_token = NULL, lease_until = NULL
            WHERE id = \(job.id) AND state = 'in_progress' AND attempt = \(job.attempt)
            """
        )
    }
}
