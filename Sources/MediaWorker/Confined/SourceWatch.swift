/// Tells from a process's news, and from the clock, whether it still works.
struct SourceWatch {
    enum Verdict: Equatable {
        case stalled
        case overtime
    }

    private let stall: Duration
    private let end: SuspendingClock.Instant
    private var steps = 0
    private var lastStep: SuspendingClock.Instant

    init(_ limits: SourceLimits, now: SuspendingClock.Instant) {
        stall = .milliseconds(limits.stallMs)
        end = now + .milliseconds(limits.totalMs)
        lastStep = now
    }

    mutating func hear(_ news: SourceNews, at now: SuspendingClock.Instant) {
        guard let told = news.steps, told > steps else { return }
        steps = told
        lastStep = now
    }

    func verdict(at now: SuspendingClock.Instant) -> Verdict? {
        if now >= end { return .overtime }
        return now >= lastStep + stall ? .stalled : nil
    }
}
