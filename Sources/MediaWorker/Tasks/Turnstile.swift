import Threads

/// Lets a few through at once, in the order of their arrival.
final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var waiting: [Latch] = []
    }

    private let state: Locked<State>

    init(places: Int) {
        precondition(places > 0)
        state = Locked(State(free: places))
    }

    /// Runs `body` once there is a place; throws when the task is cancelled while it waits.
    func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        let turn = state.withLock { state -> Latch? in
            guard state.free == 0 else {
                state.free -= 1
                return nil
            }
            let latch = Latch()
            state.waiting.append(latch)
            return latch
        }
        if let turn {
            await turn.wait()
            if Task.isCancelled, leave(turn) { throw CancellationError() }
        }
        defer { free() }
        return try await body()
    }

    /// Gives up waiting; false when the place was handed over already.
    private func leave(_ turn: Latch) -> Bool {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0 === turn }) else { return false }
            state.waiting.remove(at: index)
            return true
        }
    }

    private func free() {
        let next = state.withLock { state -> Latch? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.open()
    }
}
