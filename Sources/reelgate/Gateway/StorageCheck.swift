import Artifacts
import Threads

/// Whether the artifact store takes writes; what was found is believed for a while, since a bucket takes money for it.
///
/// However many ask, there is one look at a time, and all of them get what it finds. It goes on when they have gone: one
/// that is cut off would leave its object behind.
struct StorageCheck: Sendable {
    private typealias Outcome = Result<Void, any Error>

    private struct State {
        var lastGoodAt: ContinuousClock.Instant?
        var waiting: [AsyncStream<Outcome>.Continuation] = []
    }

    private static let believed = Duration.seconds(20)

    let artifacts: any ArtifactStore
    private let state = Locked(State())

    init(artifacts: any ArtifactStore) { self.artifacts = artifacts }

    /// How many wait for the look under way.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    func check() async throws {
        let (outcomes, waiter) = AsyncStream<Outcome>.makeStream()
        let before: Int? = state.withLock { state in
            if let last = state.lastGoodAt, .now - last < Self.believed { return nil }
            state.waiting.append(waiter)
            return state.waiting.count - 1
        }
        guard let before else { return }
        if before == 0 { Task { await look() } }
        for await outcome in outcomes { return try outcome.get() }
        throw CancellationError()
    }

    private func look() async {
        let start = ContinuousClock.now
        let outcome: Outcome
        do {
            try await artifacts.probe()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        let waiting = state.withLock { state in
            if case .success = outcome { state.lastGoodAt = start }
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting {
            waiter.yield(outcome)
            waiter.finish()
        }
    }
}
