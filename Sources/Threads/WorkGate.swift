/// Whether new work may begin, and how much of it is under way.
///
/// What takes up work enters first and is let in only while the gate is open, so that nothing begins behind the back of
/// somebody who has closed it and waits until all is quiet.
package final class WorkGate: Sendable {
    private struct State {
        var isOpen = true
        var inside = 0
    }

    private let state = Locked(State())
    private let quiet = WakeSignal()

    package init() {}

    package var isOpen: Bool { state.withLock(\.isOpen) }

    /// Closed, with nothing under way.
    package var isQuiet: Bool { state.withLock { !$0.isOpen && $0.inside == 0 } }

    package func open() { state.withLock { $0.isOpen = true } }

    package func close() {
        state.withLock { $0.isOpen = false }
        quiet.wake()
    }

    /// Lets one in when the gate is open; then `leave` is owed.
    package func enter() -> Bool {
        state.withLock { state in
            guard state.isOpen else { return false }
            state.inside += 1
            return true
        }
    }

    /// Lets one more in, beside one that is inside already; `leave` is owed.
    package func bring() { state.withLock { $0.inside += 1 } }

    package func leave() {
        let isQuiet = state.withLock { state in
            precondition(state.inside > 0, "nobody is inside")
            state.inside -= 1
            return state.inside == 0
        }
        if isQuiet { quiet.wake() }
    }

    /// Waits until a closed gate has nobody inside, for `milliseconds` at most; false when that took too long.
    package func waitUntilQuiet(atMostMs milliseconds: Int) async -> Bool {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while !isQuiet {
            let left = Int((end - ContinuousClock.now) / .milliseconds(1))
            guard left > 0, !Task.isCancelled else { return false }
            await quiet.wait(atMostMs: left)
        }
        return true
    }
}
