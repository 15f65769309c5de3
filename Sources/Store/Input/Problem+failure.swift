package import Contracts
package import Pipeline

extension Problem {
    /// The failure that this problem tells of.
    ///
    /// `retryable` has the last word on whether another attempt is made; the slug says how many and when.
    package var failure: Failure { failure(retryAfterMs: nil) }

    package func failure(retryAfterMs: Int?) -> Failure {
        Failure(failureClass, isRetryable: retryable ?? isKnownRetryable, retryAfterMs: retryAfterMs)
    }

    /// How the failure counts; words of a provider's own count as broken work.
    package var failureClass: FailureClass {
        switch Slug(rawValue: slug) {
        case .providerBusy, .providerLimit, .rateLimited: .busy
        case .providerUnreachable, .sourceUnreachable, .unavailable, .endpointUnreachable: .away
        case .providerRefused, .sourceRefused, .endpointRefused, .unauthorized, .insufficientScope: .refused
        case .deadlineExceeded: .timedOut
        case .providerLostTask: .lost
        case .stageFailed, .renderFailed, nil: .broken
        case .artifactInvalid, .artifactMissing: .badResult
        case .internalError, .unknownProvider, .unknownWorkflow, .unknownStage: .ours
        default: .badInput
        }
    }

    private var isKnownRetryable: Bool { Slug(rawValue: slug)?.isRetryable ?? false }
}
