import Logging
import ServiceLifecycle

/// Keeps the private Postgres running, and ends the gateway when its Postgres is away for too long.
struct Upkeep: Service {
    private static let lookPause = Duration.seconds(1)

    let database: Database
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.lookPause)) != nil {
                await revive()
                try database.checkOutage()
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
}
