import Logging
import Store

/// Forgets what is kept for a limited time only.
struct Housekeeper: Sendable {
    let store: Store
    let logger: Logger

    private static let pause = Duration.seconds(15 * 60)

    /// Tidies up now and every quarter of an hour, until it is cancelled.
    func keep() async {
        repeat {
            do {
                try await store.pruneIdempotencyKeys()
            } catch {
                // Nothing depends on it: a key that is too old is not looked at anyway.
                logger.warning("old idempotency keys could not be removed", metadata: ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: Self.pause)) != nil
    }
}
