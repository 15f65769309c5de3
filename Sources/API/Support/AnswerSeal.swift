import Contracts
import Foundation
import Signatures
import Store

/// Seals answers that show a secret, so that the table where they are kept for a repeated request shows none.
struct AnswerSeal: Sendable {
    let key: SealingKey

    /// Marks a kept answer whose body is sealed; it never leaves us.
    private static let mark = "Reelgate-Sealed"

    /// The answer as it is to be kept under `claim`; as it is, where nothing is kept.
    func seal(_ response: StoredResponse, claim: IdempotencyClaim?) -> StoredResponse {
        guard let claim else { return response }
        var sealed = response
        sealed.headers[Self.mark] = "1"
        sealed.body = Data(key.seal([UInt8](response.body), place: Self.place(claim)))
        return sealed
    }

    /// The outcome with its answer as the client is to have it.
    func open(_ outcome: IdempotencyOutcome, claim: IdempotencyClaim?) throws -> IdempotencyOutcome {
        switch outcome {
        case .fresh(let kept): .fresh(try open(kept, claim: claim))
        case .replayed(let kept): .replayed(try open(kept, claim: claim))
        case .reused, .inUse: outcome
        }
    }

    private func open(_ kept: StoredResponse, claim: IdempotencyClaim?) throws -> StoredResponse {
        var response = kept
        guard response.headers.removeValue(forKey: Self.mark) != nil, let claim else { return kept }
        do throws(SealedBoxError) {
            response.body = Data(try key.open([UInt8](kept.body), place: Self.place(claim)))
            return response
        } catch {
            guard error == .otherKey else { throw error }
            throw Problem(
                .conflict,
                detail:
                    "The request with this Idempotency-Key was done; its answer was sealed before the gateway got "
                    + "another secret key, and cannot be shown again. GET /v1/webhook-endpoints lists the endpoints, "
                    + "GET /v1/webhook-endpoints/{id}/secret shows a secret."
            )
        }
    }

    /// An answer that is moved to another tenant's key does not open there.
    private static func place(_ claim: IdempotencyClaim) -> [UInt8] {
        Array("idempotency_keys\n\(claim.tenantId)\n\(claim.route)\n\(claim.key)".utf8)
    }
}
