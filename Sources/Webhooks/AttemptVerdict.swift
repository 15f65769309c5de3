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

    /// Whether the endpoint kept us waiting to the end: it then gets fewer attempts at once.
    package var isSlow = false

    /// Judges an answer.
    ///
    /// Only 2xx accepts the message. A redirect is a failure: following it would hand the message to an address
    /// that its owner never registered. 410 ends the endpoint.
    package init(
        response: HTTPResponse,
        attempt: Int,
        policy: DeliveryRetryPolicy,
        jitter: Double,
        now: Date
    ) {
        status = response.status
        switch response.status {
        case 200...299:
            outcome = .delivered
            next = .done
        case 410:
            outcome = .rejected
            problem = Problem(.endpointRefused, detail: "the endpoint answered 410", retryable: false)
            next = .disableEndpoint(reason: "the endpoint answered 410 Gone")
        default:
            outcome = .rejected
            let isRedirect = (300...399).contains(response.status)
            problem = Problem(
                .endpointRefused,
                detail: "the endpoint answered \(response.status)"
                    + (isRedirect ? "; redirects are not followed" : "")
            )
            let retryAfter = response.header("retry-after").flatMap { RetryAfter.milliseconds($0, now: now) }
            next = Self.again(after: attempt, policy: policy, jitter: jitter, retryAfterMs: retryAfter)
        }
    }

    /// Judges an attempt without an answer.
    ///
    /// Once the request was sent, the endpoint may have accepted it all the same: that is `unknown`.
    package init(error: TransferError, attempt: Int, policy: DeliveryRetryPolicy, jitter: Double) {
        outcome = error.isRequestSent ? .unknown : .rejected
        let slug: Problem.Slug =
            switch error.code {
            case .blockedURL, .blockedAddress: .endpointAddressBlocked
            case .invalidRequest: .endpointMisconfigured
            default: .endpointUnreachable
            }
        problem = Problem(slug, detail: "\(error.code.rawValue): \(error)")
        isSlow = error.code == .timeoutConnect || error.code == .timeoutTotal
        next = Self.again(after: attempt, policy: policy, jitter: jitter, retryAfterMs: nil)
    }

    /// An attempt that could not be made because the endpoint's secret cannot be used.
    package init(unusableSecret attempt: Int, policy: DeliveryRetryPolicy, jitter: Double) {
        outcome = .rejected
        problem = Problem(.endpointMisconfigured, detail: "the endpoint's secret cannot be used")
        next = Self.again(after: attempt, policy: policy, jitter: jitter, retryAfterMs: nil)
    }

    private static func again(
        after attempt: Int,
        policy: DeliveryRetryPolicy,
        jitter: Double,
        retryAfterMs: Int?
    ) -> DeliveryNext {
        guard let delay = policy.delayMs(after: attempt, jitter: jitter, retryAfterMs: retryAfterMs) else {
            return .exhausted
        }
        return .retry(afterMs: delay)
    }
}
