import Contracts
import Threads

/// How long a service that has started the first renders of a task is waited for to start the others.
struct StartPatience: Sendable {
    /// How often each of them is tried.
    static let triesMax = 6
    /// Of all pauses of a task together.
    static let waitMsMax = 120_000
    private static let delayMsMax = 30_000

    /// Tasks of this process that wait at once: each keeps one of the few places where tasks are looked at.
    static let waitersMax = 4
    private static let waiters = Locked(0)

    /// Where too many wait, one more is none.
    struct Crowded: Error {}

    static var waitingCount: Int { waiters.withLock(\.self) }

    private(set) var waitedMs = 0

    /// Waits, unless too many do.
    static func sleep(_ milliseconds: Int) async throws {
        let isFree = waiters.withLock { waiters in
            guard waiters < waitersMax else { return false }
            waiters += 1
            return true
        }
        guard isFree else { throw Crowded() }
        defer { waiters.withLock { $0 -= 1 } }
        try await Task.sleep(for: .milliseconds(milliseconds))
    }

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
        var told = problem
        told.detail =
            "\(problem.detail.closed) By then \(count) of \(all) renders of this short had been started; "
            + "they were given up, and may have been paid for."
        switch kind {
        case .unclear, .success: return .unknownOutcome(told)
        case .unknown, .refused: return .refused(told)
        // Neither is it as if nothing had been taken.
        case .busy, .away: return .refused(Problem(.renderFailed, detail: told.detail, retryable: true))
        }
    }
}
