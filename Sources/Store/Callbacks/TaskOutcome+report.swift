package import Contracts

extension TaskOutcome {
    /// What the report of an end comes to when there are no files to look at.
    package init(ofEnded report: TaskReport, isShort: Bool) {
        switch report.state {
        case .cancelled: self = .cancelled
        case .failed:
            let problem =
                report.error
                ?? Problem(
                    isShort ? .renderFailed : .stageFailed,
                    detail: "The provider failed without a reason."
                )
            self = .failed(problem, isRetryable: problem.retryable ?? false)
        case .queued, .running, .completed:
            self = .completed(artifacts: [], usage: report.usage, warnings: report.warnings)
        }
    }
}
