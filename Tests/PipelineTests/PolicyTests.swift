import Pipeline
import Testing

@Suite struct PolicyTests {
    @Test func `retry delays double, stay under the cap and end with the attempts`() {
        let policy = RetryPolicy(attemptsMax: 5, firstDelayMs: 100, delayMsMax: 500, jitterShare: 0)
        #expect((1...5).map { policy.delayMs(after: $0, jitter: 0.5) } == [100, 200, 400, 500, nil])
    }

    @Test(arguments: [0.0, 0.25, 0.5, 0.75, 1.0, -3, 7])
    func `jitter never moves a delay by more than its share`(jitter: Double) throws {
        let policy = RetryPolicy(attemptsMax: 3, firstDelayMs: 1_000, delayMsMax: 1_000)
        let delay = try #require(policy.delayMs(after: 1, jitter: jitter))
        #expect((800...1_200).contains(delay))
    }

    @Test func `a provider's wish to wait is honoured up to two minutes`() {
        let policy = RetryPolicy(attemptsMax: 3, firstDelayMs: 10, delayMsMax: 10, jitterShare: 0)
        #expect(policy.delayMs(after: 1, jitter: 0, retryAfterMs: 5_000) == 5_000)
        #expect(policy.delayMs(after: 1, jitter: 0, retryAfterMs: 900_000) == 120_000)
    }

    @Test func `a provider that is busy is heard once, and not waited for without end`() {
        let (alone, other) = (BusyPolicy.alone, BusyPolicy.beforeFallback)
        #expect(!alone.givesUp(waitedMs: 0, nextMs: 24 * 3_600_000))
        #expect(!alone.givesUp(waitedMs: 3_599_999, nextMs: 60_000))
        #expect(alone.givesUp(waitedMs: 3_600_000, nextMs: 0))
        // Where another can be asked, only as long as it would not take too long.
        #expect(!other.givesUp(waitedMs: 0, nextMs: 60_000) && other.givesUp(waitedMs: 0, nextMs: 60_001))
        #expect(!other.givesUp(waitedMs: 30_000, nextMs: 30_000))
        #expect(other.givesUp(waitedMs: 30_001, nextMs: 30_000))
        #expect(other.givesUp(waitedMs: 0, nextMs: .max / 2) && !other.givesUp(waitedMs: -5, nextMs: -5))
    }

    @Test func `polls grow to their cap and never beyond`() {
        let schedule = PollSchedule(firstDelayMs: 100, delayMsMax: 300, factor: 2, deadlineMs: 1_000)
        #expect((0...4).map(schedule.delayMs(beforePoll:)) == [100, 200, 300, 300, 300])
        #expect(schedule.delayMs(beforePoll: .max) == 300)
    }

    @Test func `delivery is settled by the outputs, in every mixture of three`() {
        for first in OutputState.allCases {
            for second in OutputState.allCases {
                for third in OutputState.allCases {
                    let outputs = [first, second, third]
                    let state = DeliveryState.settled(by: outputs)
                    let isClosed = state.closedRunState != nil
                    #expect(isClosed == outputs.allSatisfy(\.isTerminal))
                    #expect((state == .completed) == outputs.allSatisfy { $0 == .rendered })
                    #expect((state == .failed) == outputs.allSatisfy { $0 == .failed })
                }
            }
        }
    }

    @Test func `a terminal run state allows nothing`() {
        for state in RunState.allCases where state.isTerminal {
            #expect(RunState.allCases.allSatisfy { !state.allows($0) })
        }
    }

    @Test func `no two different inputs share a canonical text`() {
        let one = ContractFingerprint(
            stage: .plan,
            contractVersion: 1,
            inputs: ["a": "1:b"],
            options: [:],
            provider: "p"
        )
        let other = ContractFingerprint(
            stage: .plan,
            contractVersion: 1,
            inputs: ["a1:": "b"],
            options: [:],
            provider: "p"
        )
        #expect(one.canonicalText != other.canonicalText)
    }
}
