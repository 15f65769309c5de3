import Contracts
import Media

/// A ratio of a short that could not be made, whatever became of the others.
struct RatioFailure {
    let aspectRatio: AspectRatio
    let error: MediaError

    /// Only of a request that makes no sense is it known that the same again gives the same.
    var isRetryable: Bool { error.code != .invalidRequest }

    /// What the short's report says in place of what would have been measured.
    var check: QualityReport.Check {
        QualityReport.Check(
            name: QualityReport.renderedCheck,
            aspectRatio: aspectRatio,
            passed: false,
            detail: "\(error.detail); wanted a file"
        )
    }

    /// All of them in one; another attempt is worth it where it may bring one of them.
    static func problem(of failures: [RatioFailure]) -> Problem {
        Problem(
            .renderFailed,
            detail: failures.map { "\($0.aspectRatio.rawValue): \($0.error.detail)" }.joined(separator: "; "),
            retryable: failures.contains(where: \.isRetryable)
        )
    }
}
