import Contracts
import Signatures

extension ProviderCall {
    /// A request that is about to be written; the problem says why it cannot be.
    static func written<Written>(_ write: () throws -> Written) throws(Problem) -> Written {
        do {
            return try write()
        } catch {
            throw Problem.unwritable(error)
        }
    }

    /// The same for a question, or for what else fails with its call.
    static func writtenToAsk<Written>(_ write: () throws -> Written) throws(CallFailure) -> Written {
        do throws(Problem) {
            return try written(write)
        } catch {
            throw CallFailure(.refused, error)
        }
    }
}

extension Problem {
    /// What cannot be written is told by its place; no value is shown, which may be a secret.
    static func unwritable(_ error: any Error) -> Problem {
        let reason: String
        switch error {
        case let problem as Problem: return problem
        case EncodingError.invalidValue(let value, let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            reason =
                "\(place.isEmpty ? "it" : "'\(place)'") holds a \(Swift.type(of: value)) that JSON does not have"
        case let error as SignatureError: reason = error.description
        default: reason = "\(Swift.type(of: error))"
        }
        return Problem(
            .internalError,
            detail: "The task cannot be written as the provider's request: \(reason).",
            retryable: false
        )
    }
}
