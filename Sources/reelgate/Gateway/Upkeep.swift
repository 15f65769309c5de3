import Logging
import ServiceLifecycle
import Store

/// Keeps the private Postgres running and forgets what is too old to be asked for.
struct Upkeep: Service {
    private static let lookPause = Duration.seconds(1)
    private static let prunePause = Duration.seconds(3_600)

    let database: Database
    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var lastPrune: ContinuousClock.Instant?
            while (try? await Task.sleep(for: Self.lookPause)) != nil {
                await revive()
                if lastPrune.map({ $0.duration(to: .now) > Self.prunePause }) ?? true {
                    lastPrune = .now
                    await prune()
                }
            }
        }
    }

    private func revive() async {
        do {
            if try await database.revive() { logger.warning("Postgres was gone and was started again") }
        } catch {
            logger.error("Postgres is gone and does not start", metadata: ["error": "\(error)"])
        }
    }

    private func prune() async {
        do {
            try await store.pruneIdempotencyKeys()
        } catch {
            logger.warning("old idempotency keys were not removed", metadata: ["error": "\(error)"])
        }
    }
}
