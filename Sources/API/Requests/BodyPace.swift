/// How fast a body must come in: one that trickles would hold its connection and its file for days.
enum BodyPace {
    /// Every body may take so long, however small it is.
    static let graceSeconds = 60
    static let bytesPerSecondMin: Int64 = 1_024

    static func isTooSlow(received: Int64, after elapsed: Duration) -> Bool {
        let allowed = Duration.seconds(graceSeconds) + .seconds(received / bytesPerSecondMin)
        return elapsed > allowed
    }
}
