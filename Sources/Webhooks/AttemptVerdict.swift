package import Contracts
package import Foundation
package import OutboundHTTP
package import Store

/// What one attempt came to, and what follows from it.
package struct AttemptVerdict: Sendable, Hashable {
    package var outcome: NewAttempt.Outcome
    package var status: Int?
    package var problem: Problem?
    package var next: DeliveryNext

    /// Whether the endpoint kept us waiting or asked for less: it then gets fewer attempts at once.
    package var isSlow = false

    /// How often the request was sent again at once within the attempt.
    package var resends = 0

    /// How long its parts took; nil when nothing was sent for want of a key.
    package var timing: TransferTiming?

    /// Judges an answer.
    ///
    /// Only 2xx accepts the message. A redirect is a failure: following it would hand the message to an address
    /// that its owner never registered. 410 ends the endpoint, and so does `webhook-delivery: disable` with any status.
    package init(
        response: HTTPResponse,
        attempt: Int,
        policy: DeliveryRetryPolicy,
        jitter: Double,
        now: Date
    ) {
        status = response.status
        resends = response.resends
        timing = response.timing
        let isThrottled = Self.throttling.contains(response.status)
        isSlow = isThrottled || response.isBodySlow
        let isDelivered = (200...299).contains(response.status)
        outcome = isDelivered ? .delivered : .rejected
        let disabling = Self.disabling(response)
        if !isDelivered { problem = Self.problem(of: response.status, isLast: disabling != nil) }
        if let disabling {
            next = .disableEndpoint(reason: disabling, isDelivered: isDelivered)
        } else if isDelivered {
            next = .done
        } else {
            let retryAfter = response.header("retry-after").flatMap { RetryAfter.milliseconds($0, now: now) }
            next = Self.again(
                policy.delayMs(
                    after: attempt,
                    jitter: jitter,
                    retryAfterMs: retryAfter,
                    isThrottled: isThrottled
                )
            )
        }
    }

    /// Judges an attempt without an answer.
    ///
    /// Once the request was sent, the endpoint may have accepted it all the same: that is `unknown`.
    package init(error: TransferError, attempt: Int, policy: DeliveryRetryPolicy, jitter: Double) {
        outcome = error.isRequestSent ? .unknown : .rejected
        resends = error.resends
        timing = error.timing
        let failure = AttemptFailure(error)
        problem = Problem(failure.slug, detail: "\(failure.rawValue): \(error)")
        isSlow = Self.slow.contains(failure)
        next = Self.again(policy.delayMs(after: attempt, jitter: jitter))
    }

    /// An attempt that could not be made because the endpoint's secret cannot be used.
    package init(unusableSecret attempt: Int, policy: DeliveryRetryPolicy, jitter: Double) {
        outcome = .rejected
        let failure = AttemptFailure.misconfigured
        problem = Problem(failure.slug, detail: "\(failure.rawValue): the endpoint's secret cannot be used")
        next = Self.again(policy.delayMs(after: attempt, jitter: jitter))
    }

    /// Too many requests, and what proxies say for a receiver that is overloaded.
    private static let throttling: Set<Int> = [429, 502, 504]

    private static let slow: Set<AttemptFailure> = [
        .timeoutDNS, .timeoutConnect, .timeoutTLS, .timeoutHeaders,
    ]

    private static func again(_ delayMs: Int?) -> DeliveryNext {
        delayMs.map { .retry(afterMs: $0) } ?? .exhausted
    }

    private static func disabling(_ response: HTTPResponse) -> String? {
        if response.status == 410 { return "the endpoint answered 410 Gone" }
        guard let asked = response.header("webhook-delivery"), asked.lowercased() == "disable" else {
            return nil
        }
        return "the endpoint answered with 'webhook-delivery: disable'"
    }

    private static func problem(of status: Int, isLast: Bool) -> Problem {
        let isRedirect = (300...399).contains(status) && status != 304
        return Problem(
            AttemptFailure.status.slug,
            detail: "\(AttemptFailure.status.rawValue): the endpoint answered \(status)"
                + (isRedirect ? "; redirects are not followed" : ""),
            retryable: isLast ? false : nil
        )
    }
}
