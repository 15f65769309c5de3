package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// One delegated piece of work.
package struct TaskRecord: Sendable, Hashable {
    package let id: String
    package let runId: String
    package let jobId: String
    /// The short that a render task is for.
    package let outputId: String?
    package let jobAttempt: Int
    package let provider: String
    package let kind: String
    /// Rises when the task is dispatched anew under the same id.
    package let attempt: Int
    package let state: TaskState
    package let externalId: String?
    /// How often dispatching this attempt was tried.
    package let dispatches: Int
    package let polls: Int
    /// How often an attempt ended badly, and how often the provider forgot one, since the last explicit reset.
    package let failures: Int
    package let losses: Int
    /// How often the provider forgot an attempt that it had not begun.
    package let waitingLosses: Int
    /// Whether the provider said, when it was last asked, that it has not begun.
    package let isWaitingInLine: Bool
    package let submission: Submission
    /// Whether another provider may be asked when this one gives up.
    package let hasFallback: Bool
    /// Whether another provider does the same at once.
    package let isRacing: Bool
    /// How often in a row the provider could not be asked.
    package let pollFailures: Int
    /// Since when its provider has said that it takes nothing.
    package let busySince: Date?
    package let progress: Double
    package let problem: Problem?
    package let deadlineAt: Date
    package let createdAt: Date
    package let dispatchedAt: Date?

    static let columns = """
        t.id, t.run_id, t.job_id, t.output_id, t.job_attempt, t.provider, t.kind, t.attempt, t.state, t.external_id,
        t.dispatches, t.polls, t.failures, t.losses, t.waiting_losses, t.in_line, t.submission, t.has_fallback, t.is_racing,
        t.poll_failures, t.busy_since, t.progress, t.problem, t.deadline_at, t.created_at, t.dispatched_at
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        runId = try row.get("run_id")
        jobId = try row.get("job_id")
        outputId = try row.get("output_id")
        jobAttempt = try row.get("job_attempt")
        provider = try row.get("provider")
        kind = try row.get("kind")
        attempt = try row.get("attempt")
        state = try row.get("state")
        externalId = try row.get("external_id")
        dispatches = try row.get("dispatches")
        polls = try row.get("polls")
        failures = try row.get("failures")
        losses = try row.get("losses")
        waitingLosses = try row.get("waiting_losses")
        isWaitingInLine = try row.get("in_line")
        submission = try row.get("submission")
        hasFallback = try row.get("has_fallback")
        isRacing = try row.get("is_racing")
        pollFailures = try row.get("poll_failures")
        busySince = try row.get("busy_since")
        progress = try row.get("progress")
        problem = try row.optionalJSON("problem")
        deadlineAt = try row.get("deadline_at")
        createdAt = try row.get("created_at")
        dispatchedAt = try row.get("dispatched_at")
    }
}

/// The right to write down what came of one look at a task.
package struct TaskLease: Sendable, Hashable {
    package let taskId: String
    package let attempt: Int
    package let token: UUID

    package init(taskId: String, attempt: Int, token: UUID) {
        self.taskId = taskId
        self.attempt = attempt
        self.token = token
    }
}

/// A task that is due to be dispatched, polled or cancelled, with what that needs.
package struct ClaimedTask: Sendable {
    package let task: TaskRecord
    package let lease: TaskLease
    package let job: JobRecord
    package let run: RunRecord
    package let artifacts: [ArtifactRecord]
    package let output: OutputRecord?
}

/// Where a bearer of a task's token may put the task's results.
package struct UploadTarget: Sendable, Hashable {
    package let taskId: String
    /// Who has the task.
    package let provider: String
    package let tenantId: String
    package let runId: String
    package let stage: Stage
    /// The job's attempt, which names the namespace.
    package let attempt: Int
    /// False when the task has ended: nothing is taken any more.
    package let isLive: Bool
}

/// A result that was uploaded and is not published yet.
package struct UploadRecord: Sendable, Hashable {
    package let name: ArtifactName
    package let sha256: String
    package let sizeBytes: Int64
    package let mediaType: String
    package let location: String

    init(_ row: Row) throws {
        let text: String = try row.get("name")
        guard let name = ArtifactName(parsing: text) else {
            throw StoreError.malformedRecord("upload '\(text)'")
        }
        self.name = name
        sha256 = try row.get("sha256")
        sizeBytes = Int64(try row.get("size_bytes", as: Int.self))
        mediaType = try row.get("media_type")
        location = try row.get("location")
    }
}
