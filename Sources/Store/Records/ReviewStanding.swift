package import Pipeline

/// Where a run stands with the review of its plan.
package struct ReviewStanding: Sendable, Hashable {
    package let runState: RunState
    /// `waiting` or `accepted`; nil where none was asked for.
    package let reviewState: String?

    package init(runState: RunState, reviewState: String?) {
        self.runState = runState
        self.reviewState = reviewState
    }

    package var isWaiting: Bool { runState == .started && reviewState == "waiting" }

    /// For people: why a review is not taken.
    package var reason: String {
        if runState != .started { return "The run is '\(runState.rawValue)'; it does not wait for a review." }
        return switch reviewState {
        case "accepted": "The plan was reviewed before."
        case nil: "The run does not wait for a review: its plan is not ready, or no review was asked for."
        default: "The run waits for its review."
        }
    }
}
