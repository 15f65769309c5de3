import Contracts
import Hummingbird
import Store

/// The JSON body of a POST that is done once per `Idempotency-Key`.
struct ClaimedBody: Sendable {
    let value: JSONValue
    /// Nil when the client gave no key.
    let claim: IdempotencyClaim?

    /// What `read` makes of the body; throws everything that it finds wrong.
    func read<Value>(_ read: (JSONValue, inout Findings) -> Value?) throws(Problem) -> Value {
        try value.read(read)
    }
}

extension JSONValue {
    /// What `read` makes of a body; throws everything that it finds wrong.
    func read<Value>(_ read: (JSONValue, inout Findings) -> Value?) throws(Problem) -> Value {
        var findings = Findings()
        let value = read(self, &findings)
        try findings.check()
        guard let value else { throw Problem(.invalidRequest, detail: "The request is not valid.") }
        return value
    }
}

extension Request {
    /// The JSON body with what its `Idempotency-Key` claims.
    ///
    /// `empty` is what no body at all stands for, where a request may do without.
    func claimedBody(
        _ limits: APILimits,
        empty: JSONValue? = nil,
        _ context: APIContext
    ) async throws -> ClaimedBody {
        let tenantId = try context.tenantId
        let body = try await jsonBody(bytesMax: limits.jsonBytesMax, empty: empty, context)
        let claim = try IdempotencyKey.claim(self, body: body.bytes, tenantId: tenantId)
        return ClaimedBody(value: body.value, claim: claim)
    }
}
