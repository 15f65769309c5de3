import Pipeline
import Testing

@Suite struct FailureClassTests {
    @Test(arguments: FailureClass.allCases)
    func `a failure that cannot help to try again is final in every class`(kind: FailureClass) {
        #expect(Failure(kind, isRetryable: false).delayMs(after: 1, jitter: 0.5) == nil)
    }

    @Test func `what is wrong with the input is never tried again`() {
        #expect(Failure(.badInput, isRetryable: true).delayMs(after: 1, jitter: 0.5) == nil)
    }

    @Test func `a busy provider is asked sooner and more often than one that is away`() throws {
        let busy = Failure(.busy, isRetryable: true)
        let away = Failure(.away, isRetryable: true)
        #expect(
            try #require(busy.delayMs(after: 1, jitter: 0.5)) < #require(away.delayMs(after: 1, jitter: 0.5))
        )
        #expect(RetryPolicy.of(.busy).attemptsMax > RetryPolicy.of(.away).attemptsMax)
        #expect(away.delayMs(after: RetryPolicy.of(.away).attemptsMax, jitter: 0.5) == nil)
    }

    @Test func `work that has used up its whole time is done once more`() {
        let failure = Failure(.timedOut, isRetryable: true)
        #expect(failure.delayMs(after: 1, jitter: 0.5) == 5_000)
        #expect(failure.delayMs(after: 2, jitter: 0.5) == nil)
    }

    @Test func `a provider's wish to wait is honoured`() {
        let failure = Failure(.busy, isRetryable: true, retryAfterMs: 40_000)
        #expect(failure.delayMs(after: 1, jitter: 0.5) == 40_000)
    }

    @Test func `polls that fail back off to a minute, and wait as long as the provider asks`() {
        let schedule = PollSchedule(
            firstDelayMs: 1_000,
            delayMsMax: 4_000,
            factor: 2,
            deadlineMs: 100_000,
            jitterShare: 0
        )
        #expect(
            (1...6).map { schedule.delayMs(afterFailures: $0, jitter: 0.5) }
                == [4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
        )
        #expect(schedule.delayMs(afterFailures: 1, jitter: 0.5, retryAfterMs: 30_000) == 30_000)
        #expect(schedule.delayMs(afterFailures: 1, jitter: 0.5, retryAfterMs: .max) == 120_000)
    }

    @Test(arguments: [0.0, 0.5, 1, -7, 9])
    func `jitter moves a poll by a tenth at most`(jitter: Double) {
        let schedule = PollSchedule(firstDelayMs: 1_000, delayMsMax: 4_000, factor: 2, deadlineMs: 100_000)
        #expect((900...1_100).contains(schedule.delayMs(beforePoll: 0, jitter: jitter)))
    }

    @Test func `the first loss costs no pause, further ones grow apart`() {
        #expect(Submission.lossDelayMs(after: 0, jitter: 1) == 0)
        #expect(
            (1...5).map { Submission.lossDelayMs(after: $0, jitter: 0.5) } == [
                1_000, 2_000, 4_000, 8_000, 8_000,
            ]
        )
        #expect(Submission.lossDelayMs(after: 3, jitter: 0) < Submission.lossDelayMs(after: 3, jitter: 1))
    }
}
