/// What somebody says of one attempt of a task; whether by callback, by poll or by our own clock is all the same.
package struct TaskSignal: Sendable, Hashable {
    package enum Event: Sendable, Hashable {
        /// Its provider has it.
        case dispatched
        /// It was handed over, and nobody knows whether its provider has it.
        case submitUnknown
        /// Its provider works on it.
        case progress
        case completed
        /// It gave a part of what was asked for, and the rest failed in this way.
        case completedInPart(Failure)
        case failed(Failure)
        /// Its provider ended it without being asked to.
        case cancelled
        /// Its provider does not know it, or never said that it does.
        case forgotten
    }

    package let attempt: Int
    package let event: Event

    package init(_ event: Event, attempt: Int) {
        self.attempt = attempt
        self.event = event
    }
}
