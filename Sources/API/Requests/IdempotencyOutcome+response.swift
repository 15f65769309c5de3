import Contracts
import HTTPTypes
import Hummingbird
import Store

extension IdempotencyOutcome {
    /// The HTTP answer to a request that creates something.
    func response() throws -> Response {
        switch self {
        case .fresh(let stored): return try Self.response(stored)
        case .replayed(let stored):
            var response = try Self.response(stored)
            response.headers[.idempotentReplayed] = "true"
            return response
        case .reused:
            throw Problem(
                .idempotencyKeyReused,
                detail: "This Idempotency-Key came before with another request; use a new one."
            )
        case .inUse:
            throw Problem(
                .idempotencyKeyInUse,
                detail: "The first request with this Idempotency-Key is still running."
            )
        }
    }

    private static func response(_ stored: StoredResponse) throws -> Response {
        var headers = HTTPFields()
        for (name, value) in stored.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers[name] = value
        }
        return .encoded(stored.body, status: HTTPResponse.Status(code: stored.status), headers: headers)
    }
}
