import Threads

/// Tells the other gateways that there may be work, at most once in a while.
///
/// The first ring is sent at once; those that come within the pause after it are sent as one, at its end. Each is sent
/// outside of the transactions that made the work, so none of them waits for another's commit.
package final class WakeRelay: Sendable {
    private enum State {
        case quiet
        case pausing
        case pausingWithMore
    }

    package static let pauseMs = 25

    private let pauseMs: Int
    private let isWanted: @Sendable () -> Bool
    private let send: @Sendable () async -> Void
    private let state = Locked(State.quiet)

    /// `isWanted` is asked at every ring, and must be quick: nothing is sent while nobody would hear it.
    package init(
        pauseMs: Int = WakeRelay.pauseMs,
        isWanted: @escaping @Sendable () -> Bool,
        send: @escaping @Sendable () async -> Void
    ) {
        self.pauseMs = pauseMs
        self.isWanted = isWanted
        self.send = send
    }

    package func ring() {
        guard isWanted() else { return }
        let isFirst = state.withLock { state in
            guard case .quiet = state else {
                state = .pausingWithMore
                return false
            }
            state = .pausing
            return true
        }
        guard isFirst else { return }
        Task {
            repeat {
                await send()
                try? await Task.sleep(for: .milliseconds(pauseMs))
            } while goesOn()
        }
    }

    private func goesOn() -> Bool {
        state.withLock { state in
            defer { state = if case .pausingWithMore = state { .pausing } else { .quiet } }
            return if case .pausingWithMore = state { true } else { false }
        }
    }
}
