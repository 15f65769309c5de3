import Contracts

/// How long a service that has started the first renders of a task is waited for to start the others.
struct StartPatience: Sendable {
    /// How often each of them is tried.
    static let triesMax = 6
    /// Of all pauses of a task together.
    static let waitMsMax = 120_000
    private static let delayMsMax = 30_000

    private(set) var waitedMs = 0

    /// The pause before the next try, which counts as made; nil where there is none.
    ///
    /// Only what surely has not been started may be tried again at once: anything else could be paid for unseen.
    mutating func delayMs(afterTry tries: Int, _ failure: CallFailure) -> Int? {
        guard tries < Self.triesMax, failure.kind == .busy || failure.kind == .away else { return nil }
        let delayMs = failure.retryAfterMs ?? min(1_000 << tries, Self.delayMsMax)
        guard delayMs <= Self.waitMsMax - waitedMs else { return nil }
        waitedMs += delayMs
        return delayMs
    }
}

extension CallFailure {
    /// What it means where renders of the task were started before, and were given up.
    func submitResult(afterStarts count: Int, of all: Int) -> SubmitResult {
        let ends = problem.detail.last.map { ".!?".contains($0) } ?? true
        var told = problem
        told.detail +=
            "\(ends ? "" : ".") By then \(count) of \(all) renders of this short had been started; "
            + "they were given up, and may have been paid for."
        switch kind {
        case .unclear, .success: return .unknownOutcome(told)
        case .unknown, .refused: return .refused(told)
        // Neither is it as if nothing had been taken.
        case .busy, .away: return .refused(Problem(.renderFailed, detail: told.detail, retryable: true))
        }
    }
}
