package import Pipeline

extension TaskRecord {
    /// What decides over the task; `job` is the task's own, both read under the lock of their run.
    package func facts(
        job: JobRecord?,
        runState: RunState,
        rival: TaskFacts.Rival = .none
    ) -> TaskFacts {
        TaskFacts(
            state: state,
            attempt: attempt,
            runState: runState,
            isShort: outputId != nil,
            isJobWaiting: job?.state == .inProgress && job?.attempt == jobAttempt,
            jobTries: job?.tries ?? 0,
            failures: failures,
            losses: losses,
            waitingLosses: waitingLosses,
            isWaitingInLine: isWaitingInLine,
            submission: submission,
            rival: rival,
            hasFallback: hasFallback
        )
    }
}
