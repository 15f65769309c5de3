/// How well it is known who sent a callback.
package enum CallbackTrust: String, Sendable, Hashable, CaseIterable {
    /// Its bytes are signed: it says what the provider said.
    case signed
    /// It showed the secret that only this provider was given.
    case secret
    /// It came to an address that only this provider was given: reason enough to ask, and no more.
    case capability
}

/// Whether a callback may be believed.
package enum CallbackVerdict: Sendable, Hashable {
    case verified(messageId: String, trust: CallbackTrust)
    case rejected(reason: String)
    /// It is genuine and about no task, and what it asked for is done.
    case settled(String)
    /// It cannot be checked now: sent again it may be.
    case undecided(reason: String)
}

/// What the callbacks of a provider are.
package enum CallbackMeaning: String, Sendable, Hashable, CaseIterable {
    /// They say how the task is, as `Provider.report` reads them.
    case reports
    /// They say that something happened, and the provider is asked with them in hand.
    case signals
}
