/// Tells one loop that there may be work, so that it need not wait for its timer.
///
/// A wake that comes while nobody waits is kept for the next `wait`; many such wakes count as one.
package final class WakeSignal: Sendable {
    private struct State {
        var isRaised = false
        var lastWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Locked(State())
    private let relay = Locked<(@Sendable () -> Void)?>(nil)

    package init() {}

    /// Lets every `wake` also tell others, such as other processes; `body` must be quick.
    package func relay(to body: @escaping @Sendable () -> Void) {
        relay.withLock { $0 = body }
    }

    /// Ends every wait that is going on, or else the next one, here and wherever it is relayed to.
    package func wake() {
        wakeHere()
        wakeOthers()
    }

    /// Only tells those that wakes are relayed to.
    package func wakeOthers() {
        relay.withLock(\.self)?()
    }

    /// Ends every wait that is going on in this process, or else the next one.
    package func wakeHere() {
        let waiters = state.withLock { state in
            let waiters = state.waiters
            state.waiters = [:]
            if waiters.isEmpty { state.isRaised = true }
            return waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns at a wake, after `milliseconds`, or when the task is cancelled.
    package func wait(atMostMs milliseconds: Int) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        var timer: Task<Void, Never>?
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    // A cancellation that came before this point found nobody to release.
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiters[id] = continuation
                    return false
                }
                if isDone { return continuation.resume() }
                timer = Task {
                    try? await Task.sleep(for: .milliseconds(milliseconds))
                    release(id)
                }
            }
        } onCancel: {
            release(id)
        }
        timer?.cancel()
    }

    private func release(_ id: UInt64) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.resume()
    }
}
