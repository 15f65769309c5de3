import Foundation
import Testing
import Webhooks

@Suite struct RetryAfterTests {
    /// 6 November 1994, 08:49:07 UTC.
    let now = Date(timeIntervalSince1970: 784_111_747)

    @Test(arguments: [
        ("0", 0), ("120", 120_000), (" 7 ", 7_000), ("Sun, 06 Nov 1994 08:49:37 GMT", 30_000),
        ("Sun, 06 Nov 1994 08:49:06 GMT", 0), ("Fri, 01 Jan 1970 00:00:00 GMT", 0),
        ("Mon, 07 Nov 1994 08:49:07 GMT", 86_400_000),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 30_000), ("Sun Nov  6 08:49:37 1994", 30_000),
        ("Mon Nov 07 08:49:07 1994", 86_400_000), ("Sunday, 06-Nov-45 08:49:37 GMT", 0),
    ])
    func `both forms are read`(text: String, expected: Int) {
        #expect(RetryAfter.milliseconds(text, now: now) == expected)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "12 seconds", "Sun, 06 Nov 1994", "06 Nov 1994 08:49:37 GMT", "0x10",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49 1994", "a b c d e",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 24:00:00 GMT", "\u{661}\u{662}\u{660}", "1,000",
    ])
    func `what is neither form is ignored`(text: String) {
        #expect(RetryAfter.milliseconds(text, now: now) == nil)
    }

    @Test(arguments: ["315360000", "99999999999999999999999", "Sat, 31 Dec 9999 23:59:59 GMT"])
    func `a wait of years is a number all the same`(text: String) throws {
        let wait = try #require(RetryAfter.milliseconds(text, now: now))

        #expect(wait >= 10 * 365 * 86_400_000)
        #expect(DeliveryRetryPolicy.standard.delayMs(after: 1, jitter: 0.5, retryAfterMs: wait) == 86_400_000)
    }
}
