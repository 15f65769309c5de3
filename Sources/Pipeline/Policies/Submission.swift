/// What a provider makes of a task that it is given twice.
package enum Submission: String, Sendable, Hashable, CaseIterable, Codable {
    /// The same task and attempt is the same work.
    case idempotent
    /// It starts a second piece of work, but can be asked for a task by our id first.
    case findable
    /// It starts a second piece of work, and only its callback tells that the first one is there.
    case blind

    /// How often a task that this provider lost, or may never have got, is given to it anew.
    package var lossesMax: Int {
        switch self {
        case .idempotent, .findable: 5
        // Each may be paid for.
        case .blind: 2
        }
    }

    /// How often a task that still waited in line when its provider lost it is given to it anew.
    ///
    /// It cannot have been what broke the provider, so its limit is far away.
    package var waitingLossesMax: Int { lossesMax * 4 }

    /// Pause before a task that was lost so often before is given to its provider anew.
    ///
    /// They grow and spread: a task that breaks its provider is soon alone with it, its neighbours end meanwhile.
    package static func lossDelayMs(after losses: Int, jitter: Double) -> Int {
        guard losses > 0 else { return 0 }
        let policy = RetryPolicy(attemptsMax: .max, firstDelayMs: 1_000, delayMsMax: 8_000, jitterShare: 0.5)
        return policy.delayMs(after: losses, jitter: jitter) ?? 0
    }
}
