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
        ("rubbish", 1000),
        ("315360000", 86_400_000),
    ])
    func `an endpoint may ask for more time`(text: String, delayMs: Int) {
        #expect(verdict(503, headers: [("retry-after", text)]).next == .retry(afterMs: delayMs))
    }

    @Test func `after the last attempt none is left`() {
        #expect(verdict(500, attempt: 2).next == .retry(afterMs: 2000))
        #expect(verdict(500, attempt: 3).next == .exhausted)
        #expect(verdict(500, attempt: 3, headers: [("retry-after", "60")]).next == .exhausted)
    }

    private func verdict(
        _ status: Int,
        attempt: Int = 1,
        headers: [(name: String, value: String)] = []
    ) -> AttemptVerdict {
        AttemptVerdict(
            response: HTTPResponse(status: status, headers: headers, body: []),
            attempt: attempt,
            policy: policy,
            jitter: 0.5,
            now: now
        )
    }
}
