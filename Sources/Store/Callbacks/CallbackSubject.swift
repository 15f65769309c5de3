import Contracts
import Pipeline
import Postgres

/// The task that a callback is about, as the lock on its run protects it.
struct CallbackSubject {
    let taskId: String
    let runId: String
    let outputId: String?
    let jobId: String
    /// Of the job that waits for it, now.
    let jobAttempt: Int
    let attempt: Int
    let externalId: String?
    let state: TaskState
    let outputState: OutputState?
    /// Whether its job still waits for what it gives.
    let isWanted: Bool
    let runHasFailedShorts: Bool
    /// The digest of the body that came first under the callback's message id.
    let knownSha256: String?

    var isOpenShort: Bool { outputState?.isTerminal == false }

    /// What decides over news of it that do not end it badly.
    func facts(runState: RunState) -> TaskFacts {
        TaskFacts(
            state: state,
            attempt: attempt,
            runState: runState,
            isShort: outputId != nil,
            isJobWaiting: isWanted,
            jobTries: 0
        )
    }

    init(_ row: Row) throws {
        taskId = try row.get("id")
        runId = try row.get("run_id")
        outputId = try row.get("output_id")
        jobId = try row.get("job_id")
        jobAttempt = try row.get("job_attempt")
        attempt = try row.get("attempt")
        externalId = try row.get("external_id")
        state = try row.get("state")
        outputState = try row.get("output_state")
        isWanted = try row.get("is_wanted")
        runHasFailedShorts = try row.get("has_failed_shorts")
        knownSha256 = try row.get("body_sha256")
    }
}

/// The run of such a task, locked.
struct LockedRun {
    let id: String
    let tenantId: String
    let state: RunState
    /// Shorts that have not ended; counted down as this transaction ends some.
    var outputsOpen: Int

    init(_ row: Row) throws {
        id = try row.get("run_id")
        tenantId = try row.get("tenant_id")
        state = try row.get("state")
        outputsOpen = try row.get("outputs_open")
    }
}
