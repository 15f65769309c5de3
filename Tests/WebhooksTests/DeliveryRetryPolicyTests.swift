import Testing
import Webhooks

@Suite struct DeliveryRetryPolicyTests {
    let policy = DeliveryRetryPolicy.standard

    @Test func `eleven attempts span a little more than three days`() {
        let delays = (1...10).map { policy.delayMs(after: $0, jitter: 0.5) }

        #expect(
            delays == [
                5_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
                86_400_000,
            ]
        )
        #expect(policy.attemptsMax == 11)
        #expect(policy.delayMs(after: 11, jitter: 0.5) == nil)
        #expect(policy.delayMs(after: 0, jitter: 0.5) == nil)
    }

    @Test func `jitter moves a pause by a fifth at most`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let attempt = Int.random(in: 1...10, using: &generator)
            let jitter = Double.random(in: 0...1, using: &generator)
            let base = Double(policy.delaysMs[attempt - 1])
            let delay = policy.delayMs(after: attempt, jitter: jitter).map(Double.init) ?? 0
            #expect(delay >= base * 0.8 - 1 && delay <= base * 1.2 + 1)
        }
        #expect(policy.delayMs(after: 1, jitter: 0) == 4000)
        #expect(policy.delayMs(after: 1, jitter: 1) == 6000)
        #expect(policy.delayMs(after: 1, jitter: -5) == 4000)
        #expect(policy.delayMs(after: 1, jitter: 7) == 6000)
    }

    @Test(arguments: [
        (0, 5_000), (1_000, 5_000), (30_000, 30_000), (86_400_000, 86_400_000), (86_400_001, 86_400_000),
        (Int.max, 86_400_000), (-5, 5_000),
    ])
    func `an endpoint can only ask for a longer pause, up to a day`(asked: Int, expected: Int) {
        #expect(policy.delayMs(after: 1, jitter: 0.5, retryAfterMs: asked) == expected)
    }
}
