import Store
import Threads

/// How long a write waits for a database that is away, and how long between two tries.
private let weatherSecondsMax = 3_600
private let weatherPause = Duration.milliseconds(500)

/// Writes down what has already happened even when the runtime is stopping, and when the database is away for a while.
///
/// An unstructured task on purpose: a cancelled one cannot talk to the database any more. `body` may be run again
/// though it took effect, as when the connection broke in the commit: what it changes is fenced by a lease token, which
/// is good for once. A runtime that is cancelled does not wait any longer, and leaves the work to the next owner.
func finishing<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let isHurried = Locked(Task.isCancelled)
    return try await withTaskCancellationHandler {
        try await Task {
            let end = ContinuousClock.now + .seconds(weatherSecondsMax)
            while true {
                do {
                    return try await body()
                } catch  where Store.isAway(error) || Store.isOverloaded(error) {
                    guard !isHurried.withLock({ $0 }), ContinuousClock.now < end else { throw error }
                    try await Task.sleep(for: weatherPause)
                }
            }
        }.value
    } onCancel: {
        isHurried.withLock { $0 = true }
    }
}
