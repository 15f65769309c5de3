/// For how long a task waits for a hosted provider that is well and takes nothing.
///
/// Pure. A provider says when to come back, and may say so again and again.
package struct BusyPolicy: Sendable, Hashable {
    /// Longest time from the first such answer to the last.
    package let waitMsMax: Int
    /// Whether it is not waited for at all where that would take longer; else what it says is always heard once.
    package let looksAhead: Bool

    package init(waitMsMax: Int, looksAhead: Bool) {
        self.waitMsMax = waitMsMax
        self.looksAhead = looksAhead
    }

    /// Nobody else could be asked: an hour.
    package static let alone = BusyPolicy(waitMsMax: 3_600_000, looksAhead: false)
    /// Another provider may be asked instead: a minute.
    package static let beforeFallback = BusyPolicy(waitMsMax: 60_000, looksAhead: true)

    /// Whether the task is given up, having waited for `waitedMs`, when it should wait for `nextMs` more.
    package func givesUp(waitedMs: Int, nextMs: Int) -> Bool {
        waitedMs >= waitMsMax || looksAhead && max(waitedMs, 0) + max(nextMs, 0) > waitMsMax
    }
}
