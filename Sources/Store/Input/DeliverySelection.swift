package import Contracts
package import Foundation

/// Which deliveries or messages a list is to show.
package struct DeliverySelection: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case pending
        case delivered
        case exhausted
    }

    package var state: State?
    package var filter: EventFilter
    package var runId: String?
    package var since: Date?
    package var until: Date?

    package init(
        state: State? = nil,
        filter: EventFilter = .every,
        runId: String? = nil,
        since: Date? = nil,
        until: Date? = nil
    ) {
        self.state = state
        self.filter = filter
        self.runId = runId
        self.since = since
        self.until = until
    }
}

/// Which messages an endpoint is to have again.
package struct ReplaySelection: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case delivered
        case exhausted
        /// Waiting for the next attempt.
        case pending
        /// Never created: the endpoint is younger than the message, or did not want it then.
        case missing
    }

    package var states: Set<State>
    package var filter: EventFilter
    package var since: Date
    package var until: Date?
    /// The message after which to go on.
    package var after: String?
    package var limit: Int

    /// Messages that one call looks at.
    package static let limitMax = 1_000

    package init(
        states: Set<State>,
        filter: EventFilter = .every,
        since: Date,
        until: Date? = nil,
        after: String? = nil,
        limit: Int = limitMax
    ) {
        self.states = states
        self.filter = filter
        self.since = since
        self.until = until
        self.after = after
        self.limit = limit
    }
}
