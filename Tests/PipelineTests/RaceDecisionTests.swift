import Pipeline
import Testing

/// What the end of a task means where another provider does the same, or may be asked next.
@Suite struct RaceDecisionTests {
    private func facts(
        rival: TaskFacts.Rival = .none,
        hasFallback: Bool = false,
        failures: Int = 0,
        jobTries: Int = 1
    ) -> TaskFacts {
        TaskFacts(
            state: .dispatched,
            attempt: 1,
            runState: .started,
            isShort: false,
            isJobWaiting: true,
            jobTries: jobTries,
            failures: failures,
            rival: rival,
            hasFallback: hasFallback
        )
    }

    private func decide(_ facts: TaskFacts, _ event: TaskSignal.Event) -> TaskDecision {
        facts.decide(TaskSignal(event, attempt: 1), jitter: 0.5)
    }

    private static let final = TaskSignal.Event.failed(Failure(.refused, isRetryable: false))
    private static let passing = TaskSignal.Event.failed(Failure(.broken, isRetryable: true))
    private static let hopeless = TaskSignal.Event.failed(Failure(.badInput, isRetryable: false))

    @Test func `the first of two holds its result, the second has one picked`() {
        #expect(decide(facts(rival: .live), .completed) == .hold(isLast: false))
        #expect(decide(facts(rival: .held), .completed) == .hold(isLast: true))
        #expect(facts(rival: .held).after(.hold(isLast: true)).state == .completed)
    }

    @Test func `whose rival failed is alone`() {
        #expect(decide(facts(rival: .failed), .completed) == .complete(isWanted: true))
    }

    @Test func `a job that moved on has nothing picked`() {
        var facts = facts(rival: .held)
        facts.isJobWaiting = false
        #expect(decide(facts, .completed) == .complete(isWanted: false))
        #expect(decide(facts, Self.final) == .fail(.nothing))
    }

    @Test func `who gives up leaves it to the other`() {
        #expect(decide(facts(rival: .live), Self.final) == .fail(.leaveToRival))
        #expect(decide(facts(rival: .held), Self.final) == .fail(.pick))
        #expect(decide(facts(rival: .failed), Self.final) == .fail(.failRun))
        #expect(decide(facts(rival: .failed, hasFallback: true), Self.final) == .fail(.failOver))
    }

    @Test func `one of two is tried again by itself`() {
        #expect(decide(facts(rival: .live), Self.passing) == .remint(afterMs: 1_000, cause: .failure))
        #expect(decide(facts(rival: .live, failures: 2), Self.passing) == .fail(.leaveToRival))
    }

    @Test func `the next provider is asked when one has given up for good, and not before`() {
        #expect(decide(facts(hasFallback: true), Self.passing) == .fail(.retryJob(afterMs: 1_000)))
        #expect(decide(facts(hasFallback: true, jobTries: 3), Self.passing) == .fail(.failOver))
        #expect(decide(facts(hasFallback: true), Self.final) == .fail(.failOver))
        #expect(decide(facts(), Self.final) == .fail(.failRun))
    }

    @Test(arguments: [TaskFacts.Rival.none, .failed])
    func `a source that cannot be used is not given to the next one`(rival: TaskFacts.Rival) {
        #expect(decide(facts(rival: rival, hasFallback: true), Self.hopeless) == .fail(.failRun))
    }

    @Test func `a provider that keeps losing the task is one that gave up`() {
        var lost = facts(hasFallback: true)
        lost.losses = lost.submission.lossesMax
        #expect(decide(lost, .forgotten) == .fail(.failOver))
    }
}
