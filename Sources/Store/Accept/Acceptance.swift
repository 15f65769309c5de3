/// What came of a request for a run.
package struct Acceptance: Sendable {
    package let outcome: IdempotencyOutcome
    /// Whether somebody is to be told of it now.
    package let hasDeliveries: Bool

    init(outcome: IdempotencyOutcome, hasDeliveries: Bool = false) {
        self.outcome = outcome
        self.hasDeliveries = hasDeliveries
    }
}
