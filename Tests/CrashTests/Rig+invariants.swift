import Postgres
import StudioSupport

extension Rig {
    /// The rules that do not hold now that everything is at rest.
    func violations(accepted: [String], interruptions: Int) async throws -> [String] {
        try await Invariants(
            pool: pool,
            provider: worker.log.entries,
            wire: subscriber.log,
            accepted: accepted,
            interruptions: interruptions,
            artifactsFolder: "\(folder)/artifacts"
        ).violations()
    }
}
