package import Contracts

/// What an editorial model decides over.
package struct EditorialRequest: Sendable {
    package var transcript: Transcript
    package var segments: Segments
    package var options: ShortsOptions
    /// What a hosted model may be asked for it; nil where nobody counts.
    package var allowance: (any EditorAllowance)?
    /// Told while the plan waits for a hosted model.
    package var waiting: WaitingTime

    package init(
        transcript: Transcript,
        segments: Segments,
        options: ShortsOptions,
        allowance: (any EditorAllowance)? = nil,
        waiting: WaitingTime = .unmeasured
    ) {
        self.transcript = transcript
        self.segments = segments
        self.options = options
        self.allowance = allowance
        self.waiting = waiting
    }
}
