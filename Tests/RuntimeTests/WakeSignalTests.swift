import Testing
import Threads

@Suite struct WakeSignalTests {
    @Test(.timeLimit(.minutes(1))) func `a wake before the wait is kept`() async {
        let signal = WakeSignal()
        signal.wake()

        await signal.wait(atMostMs: 3_600_000)
    }

    @Test(.timeLimit(.minutes(1))) func `a wake ends every wait that is going on`() async {
        let (signal, woken) = (WakeSignal(), Locked(0))
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    await signal.wait(atMostMs: 3_600_000)
                    woken.withLock { $0 += 1 }
                }
            }
            // A wait that has not begun yet needs a wake of its own.
            while woken.withLock({ $0 < 8 }) {
                signal.wake()
                await Task.yield()
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `time and cancellation end a wait as well`() async {
        let signal = WakeSignal()

        await signal.wait(atMostMs: 0)
        await signal.wait(atMostMs: 5)
        let task = Task { await signal.wait(atMostMs: 3_600_000) }
        task.cancel()
        await task.value
    }
}
