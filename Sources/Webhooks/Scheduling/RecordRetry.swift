/// How long it is tried to write an attempt down.
///
/// While the database is away that goes on as long as the lease of the delivery holds: until then nobody else makes the
/// attempt again, and one that is written down is not made again at all.
struct RecordRetry: Sendable, Hashable {
    /// Tries at what the database does not take though it is there, and while the gateway ends.
    static let triesMax = 5
    /// The part at a lease's end in which no more is tried.
    static let marginMs = 1_000
    /// Pauses grow up to so many times the first.
    static let pauseGrowthMax = 5

    let firstPauseMs: Int

    /// The pause after so many tries that failed; nil when it is given up.
    func pauseMs(afterTries tries: Int, mayGoOn: Bool, leaseMsLeft: Int) -> Int? {
        guard mayGoOn || tries < Self.triesMax else { return nil }
        let pause = firstPauseMs * min(tries, Self.pauseGrowthMax)
        return pause + Self.marginMs <= leaseMsLeft ? pause : nil
    }
}
