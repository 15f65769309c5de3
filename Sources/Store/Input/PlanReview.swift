package import Contracts

/// A reviewer's word on the plan of a run that waits for it.
package struct PlanReview: Sendable, Hashable {
    /// Attempt of the plan's job that was reviewed, and the digest of its plan.
    package var attempt: Int
    package var planSha256: String
    /// The plan in its place; nil accepts it as it is.
    package var edited: NewArtifact?
    package var note: String?

    package init(attempt: Int, planSha256: String, edited: NewArtifact?, note: String?) {
        self.attempt = attempt
        self.planSha256 = planSha256
        self.edited = edited
        self.note = note
    }
}

/// What came of a review.
package enum ReviewOutcome: Sendable, Hashable {
    case accepted(RunView)
    case notFound
    /// The run does not wait for a review.
    case notWaiting(ReviewStanding)
    /// The plan is not the one that was reviewed any more.
    case planChanged
}
