import Pipeline
import Testing

@Suite struct TaskDecisionTests {
    private func facts(_ state: TaskState = .dispatched, attempt: Int = 2, isShort: Bool = false) -> TaskFacts
    {
        TaskFacts(
            state: state,
            attempt: attempt,
            runState: isShort ? .analysisComplete : .started,
            isShort: isShort,
            isJobWaiting: true,
            jobTries: 1
        )
    }

    private func decide(_ facts: TaskFacts, _ event: TaskSignal.Event, attempt: Int = 2) -> TaskDecision {
        facts.decide(TaskSignal(event, attempt: attempt), jitter: 0.5)
    }

    @Test func `only the current attempt counts`() {
        #expect(decide(facts(), .completed, attempt: 1) == .ignore(.staleAttempt))
        #expect(decide(facts(), .completed, attempt: 3) == .ignore(.unknownAttempt))
    }

    @Test(arguments: [TaskState.completed, .failed, .abandoned])
    func `a task that has ended stays as it is`(state: TaskState) {
        for event in [TaskSignal.Event.completed, .cancelled, .forgotten, .progress, .dispatched] {
            #expect(decide(facts(state), event) == .ignore(.alreadySettled))
        }
    }

    @Test(arguments: RunState.allCases.filter(\.isTerminal))
    func `nothing comes of the tasks of a run that is over`(state: RunState) {
        var facts = facts()
        facts.runState = state
        #expect(decide(facts, .completed) == .ignore(.alreadySettled))
    }

    @Test(arguments: [TaskState.minted, .submitUnknown, .dispatched])
    func `an end counts before its dispatch is answered too`(state: TaskState) {
        #expect(decide(facts(state), .completed) == .complete(isWanted: true))
    }

    @Test func `a short is tried again by itself, a stage by its job`() {
        let failure = Failure(.broken, isRetryable: true)
        #expect(decide(facts(isShort: true), .failed(failure)) == .remint(afterMs: 1_000, cause: .failure))
        #expect(decide(facts(), .failed(failure)) == .fail(.retryJob(afterMs: 1_000)))
    }

    @Test func `a failure for good ends the short alone, or the run`() {
        let failure = Failure(.badInput, isRetryable: false)
        #expect(decide(facts(isShort: true), .failed(failure)) == .fail(.failShort))
        #expect(decide(facts(), .failed(failure)) == .fail(.failRun))
    }

    @Test func `a part of a short is taken when no attempt may bring the whole`() {
        let mayPass = TaskSignal.Event.completedInPart(Failure(.broken, isRetryable: true))
        var facts = facts(isShort: true)
        #expect(decide(facts, mayPass) == .remint(afterMs: 1_000, cause: .failure))
        facts.failures = RetryPolicy.of(.broken).attemptsMax - 2
        #expect(decide(facts, mayPass) == .remint(afterMs: 2_000, cause: .failure))
        facts.failures += 1
        #expect(decide(facts, mayPass) == .complete(isWanted: true))
        facts.failures = 0
        let forGood = TaskSignal.Event.completedInPart(Failure(.broken, isRetryable: false))
        #expect(decide(facts, forGood) == .complete(isWanted: true))
    }

    @Test func `a part of a stage's result is a failure`() {
        let part = Failure(.broken, isRetryable: false)
        #expect(decide(facts(), .completedInPart(part)) == .fail(.failRun))
        let mayPass = Failure(.broken, isRetryable: true)
        #expect(decide(facts(), .completedInPart(mayPass)) == .fail(.retryJob(afterMs: 1_000)))
    }

    @Test func `a task whose job has moved on ends without consequence`() {
        var facts = facts()
        facts.isJobWaiting = false
        #expect(decide(facts, .completed) == .complete(isWanted: false))
        #expect(decide(facts, .failed(Failure(.broken, isRetryable: true))) == .fail(.nothing))
    }

    @Test(arguments: Submission.allCases)
    func `losses have their limit, and none is charged for waiting in line`(submission: Submission) {
        var facts = facts()
        facts.submission = submission
        facts.losses = submission.lossesMax
        #expect(decide(facts, .forgotten) == .fail(.failRun))
        facts.isWaitingInLine = true
        #expect(decide(facts, .forgotten) == .remint(afterMs: 0, cause: .waitingLoss))
        facts.waitingLosses = submission.waitingLossesMax
        #expect(decide(facts, .forgotten) == .fail(.failRun))
    }
}
