package import Contracts
package import Store

extension Store {
    /// Accepts a run and answers in a way that suits a test.
    package func createRun(
        _ new: NewRun,
        claim: IdempotencyClaim?,
        respond: (RunView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        func answer(_ stored: StoredResponse) throws -> StoredResponse {
            try respond(try WireJSON.decode(RunView.self, from: stored.body))
        }
        switch try await acceptRun(new, claim: claim) {
        case .fresh(let stored): return .fresh(try answer(stored))
        case .replayed(let stored): return .replayed(try answer(stored))
        case .reused: return .reused
        case .inUse: return .inUse
        }
    }
}
