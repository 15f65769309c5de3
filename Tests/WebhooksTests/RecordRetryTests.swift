import Testing

@testable import Webhooks

@Suite struct RecordRetryTests {
    private let retry = RecordRetry(firstPauseMs: 200)

    @Test func `while the database is away it is tried as long as the lease holds, but for a margin`() {
        var (left, tries, pauses) = (40_000, 0, [Int]())
        while true {
            tries += 1
            guard let pause = retry.pauseMs(afterTries: tries, mayGoOn: true, leaseMsLeft: left) else {
                break
            }
            pauses.append(pause)
            left -= pause
        }
        #expect(pauses.prefix(6) == [200, 400, 600, 800, 1_000, 1_000])
        #expect((RecordRetry.marginMs..<RecordRetry.marginMs + 1_000).contains(left))
    }

    @Test func `what the database refuses, or a gateway that ends, gets five tries`() {
        for tries in 1...4 {
            #expect(retry.pauseMs(afterTries: tries, mayGoOn: false, leaseMsLeft: 40_000) == 200 * tries)
        }
        #expect(retry.pauseMs(afterTries: 5, mayGoOn: false, leaseMsLeft: 40_000) == nil)
    }

    @Test func `at the edge of the margin one more pause fits, and beyond it none`() {
        #expect(retry.pauseMs(afterTries: 1, mayGoOn: true, leaseMsLeft: 1_200) == 200)
        #expect(retry.pauseMs(afterTries: 1, mayGoOn: true, leaseMsLeft: 1_199) == nil)
        #expect(retry.pauseMs(afterTries: 1, mayGoOn: true, leaseMsLeft: -5) == nil)
    }
}
