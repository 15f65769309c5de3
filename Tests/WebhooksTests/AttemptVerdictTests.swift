import Contracts
import Foundation
import OutboundHTTP
import Store
import Testing
import Webhooks

@Suite struct AttemptVerdictTests {
    let policy = DeliveryRetryPolicy(delaysMs: [1000, 2000])
    let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(arguments: [200, 201, 204, 299])
    func `2xx accepts the message`(status: Int) {
        let verdict = verdict(status)

        #expect(verdict.outcome == .delivered)
        #expect(verdict.next == .done)
        #expect(verdict.problem == nil)
    }

    @Test(arguments: [
        100, 199, 300, 301, 302, 307, 308, 304, 400, 401, 404, 408, 413, 425, 429, 500, 502, 503, 999,
    ])
    func `every other answer is tried again`(status: Int) {
        let verdict = verdict(status)

        #expect(verdict.outcome == .rejected)
        #expect(verdict.status == status)
        #expect(verdict.next == .retry(afterMs: 1000))
        #expect(verdict.problem?.slug == "endpoint-refused")
    }

    @Test func `410 disables the endpoint`() {
        let verdict = verdict(410)

        #expect(verdict.outcome == .rejected)
        #expect(verdict.next == .disableEndpoint(reason: "the endpoint answered 410 Gone"))
    }

    @Test(arguments: [
        ("90", 90_000), ("Tue, 14 Nov 2023 22:14:20 GMT", 60_000), ("0", 1000), ("-5", 1000),
        ("rubbish", 1000), ("Tue, 14 Nov 2023 22:13:20 GMT", 1000), ("Tue, 14 Nov 1994 22:13:20 GMT", 1000),
        ("315360000", 86_400_000), ("Mon, 14 Nov 2033 22:13:20 GMT", 86_400_000),
        ("99999999999999999999999999", 86_400_000), ("", 1000), ("1e9", 1000), ("+5", 1000),
    ])
    func `an endpoint may ask for more time`(text: String, delayMs: Int) {
        #expect(verdict(503, headers: [("retry-after", text)]).next == .retry(afterMs: delayMs))
    }

    @Test(arguments: [200, 204, 400, 500, 302])
    func `a header may end the endpoint with any status`(status: Int) {
        let verdict = verdict(status, headers: [("webhook-delivery", "Disable")])

        #expect(verdict.outcome == (status < 300 ? .delivered : .rejected))
        #expect(
            verdict.next
                == .disableEndpoint(
                    reason: "the endpoint answered with 'webhook-delivery: disable'",
                    isDelivered: status < 300
                )
        )
        #expect(self.verdict(status, headers: [("webhook-delivery", "no")]).next != verdict.next)
    }

    @Test(arguments: [(429, true), (502, true), (504, true), (503, false), (500, false), (408, false)])
    func `an endpoint with too much to do gets less at once, and later`(status: Int, isSlow: Bool) {
        let policy = DeliveryRetryPolicy(delaysMs: [1000, 90_000], throttledMsMin: 60_000)
        let verdict = verdict(status, policy: policy)
        let asked = self.verdict(status, headers: [("retry-after", "7")], policy: policy)

        #expect(verdict.isSlow == isSlow)
        #expect(verdict.next == .retry(afterMs: isSlow ? 60_000 : 1000))
        #expect(self.verdict(status, attempt: 2, policy: policy).next == .retry(afterMs: 90_000))
        // Who says how long is believed.
        #expect(asked.next == .retry(afterMs: 7000))
    }

    @Test func `a redirect is told from other refusals`() {
        for status in [301, 302, 303, 307, 308] {
            #expect(
                verdict(status).problem?.detail
                    == "status: the endpoint answered \(status); redirects are not followed"
            )
        }
        #expect(verdict(304).problem?.detail == "status: the endpoint answered 304")
        #expect(verdict(410).problem?.retryable == false)
        #expect(verdict(500).problem?.retryable == true)
    }

    @Test func `after the last attempt none is left`() {
        #expect(verdict(500, attempt: 2).next == .retry(afterMs: 2000))
        #expect(verdict(500, attempt: 3).next == .exhausted)
        #expect(verdict(500, attempt: 3, headers: [("retry-after", "60")]).next == .exhausted)
    }

    private func verdict(
        _ status: Int,
        attempt: Int = 1,
        headers: [(name: String, value: String)] = [],
        policy: DeliveryRetryPolicy? = nil
    ) -> AttemptVerdict {
        AttemptVerdict(
            response: HTTPResponse(status: status, headers: headers, body: []),
            attempt: attempt,
            policy: policy ?? self.policy,
            jitter: 0.5,
            now: now
        )
    }
}
