package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// One stage of one run.
package struct JobRecord: Sendable, Hashable {
    package let id: String
    package let runId: String
    package let stage: Stage
    /// Place in the workflow, 1 first.
    package let position: Int
    package let state: JobState
    /// Names the artifact namespace; 0 before the first claim.
    package let attempt: Int
    /// Attempts since the job was made or reset, as the retry limit counts them.
    package let tries: Int
    package let progress: Double
    package let provider: String?
    package let fingerprint: String?
    package let reusedFrom: String?
    /// The job of another run that computes the same, and that this one waits for while it is pending.
    package let waitsOn: String?
    /// Somebody asked for it to be done again: no finished result is attached.
    package let isAfresh: Bool
    /// Providers that have given it up for good.
    package let gaveUp: [String]
    /// The attempt under which two providers did it at once, until one result is picked.
    package let raceAttempt: Int?
    package let warnings: [Warning]
    package let usage: TaskReport.Usage?
    package let problem: Problem?
    package let startedAt: Date?
    package let finishedAt: Date?

    package var view: JobView {
        JobView(
            id: id,
            runId: runId,
            stage: stage.rawValue,
            number: Self.number(position: position),
            state: state.rawValue,
            attempt: attempt,
            progress: state == .completed ? 1 : progress,
            provider: provider,
            fingerprint: fingerprint,
            reusedFrom: reusedFrom,
            waitsOn: state == .pending ? waitsOn : nil,
            warnings: warnings,
            usage: usage,
            error: problem,
            startedAt: startedAt,
            finishedAt: finishedAt
        )
    }

    /// The place in the workflow as people write it: `01` to `12`.
    static func number(position: Int) -> String { position < 10 ? "0\(position)" : "\(position)" }

    static let columns = """
        j.id, j.run_id, j.stage, j.position, j.state, j.attempt, j.tries, j.progress, j.provider, j.fingerprint,
        j.reused_from, j.waits_on, j.afresh, j.gave_up, j.race_attempt, j.warnings, j.usage, j.problem, j.started_at, j.finished_at
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        runId = try row.get("run_id")
        stage = try row.get("stage")
        position = try row.get("position")
        state = try row.get("state")
        attempt = try row.get("attempt")
        tries = try row.get("tries")
        progress = try row.get("progress")
        provider = try row.get("provider")
        fingerprint = try row.get("fingerprint")
        reusedFrom = try row.get("reused_from")
        waitsOn = try row.get("waits_on")
        isAfresh = try row.get("afresh")
        gaveUp = try row.get("gave_up")
        raceAttempt = try row.get("race_attempt")
        warnings = try row.json("warnings")
        usage = try row.optionalJSON("usage")
        problem = try row.optionalJSON("problem")
        startedAt = try row.get("started_at")
        finishedAt = try row.get("finished_at")
    }
}

/// The right to end one attempt of a job: nobody without its token can.
package struct JobLease: Sendable, Hashable {
    package let jobId: String
    package let token: UUID

    package init(jobId: String, token: UUID) {
        self.jobId = jobId
        self.token = token
    }
}

/// A job that this process is to do, with what it needs.
package struct ClaimedJob: Sendable {
    package let job: JobRecord
    package let lease: JobLease
    package let run: RunRecord
    /// What the run has published so far, of each job's current attempt.
    package let artifacts: [ArtifactRecord]

    /// The same job, with its run as it is now.
    package func with(_ run: RunRecord) -> ClaimedJob {
        ClaimedJob(job: job, lease: lease, run: run, artifacts: artifacts)
    }
}
