import Contracts
import Editorial
import Foundation
import Pipeline
import Store

/// Counts the questions of a plan in the database, for all gateways and all attempts together.
struct StageAllowance: EditorAllowance {
    let store: Store
    let lease: JobLease
    /// What runs name the model by.
    let provider: String
    let limits: ProviderLimits

    func tokensBefore() async throws -> Int { try await store.editorTokens(jobId: lease.jobId) }

    func admit(tokens: Int) async throws -> EditorAdmission {
        let id = UUID().uuidString.lowercased()
        let admission = try await finishing { [self] in
            try await store.admitQuestion(
                lease,
                id: id,
                provider: provider,
                limits: limits,
                tokens: tokens
            )
        }
        switch admission {
        case .admitted: return .admitted(questionId: id)
        case .wait(let ms): return .wait(ms: ms)
        case .lost: throw LeaseLost()
        }
    }

    func settle(_ questionId: String, tokens: Int) async throws {
        try await finishing { [store] in try await store.settleQuestion(id: questionId, tokens: tokens) }
    }
}
