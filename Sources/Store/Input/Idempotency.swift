package import Foundation

/// A client's wish that a request be done once.
package struct IdempotencyClaim: Sendable, Hashable {
    package var tenantId: String
    package var key: String
    package var route: String
    /// SHA-256 of what makes two requests the same.
    package var fingerprint: [UInt8]

    package init(tenantId: String, key: String, route: String, fingerprint: [UInt8]) {
        self.tenantId = tenantId
        self.key = key
        self.route = route
        self.fingerprint = fingerprint
    }
}

/// An answer, kept to be given again.
package struct StoredResponse: Sendable, Hashable {
    package var status: Int
    package var headers: [String: String]
    package var body: Data

    package init(status: Int, headers: [String: String], body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What came of a request that may have been made before.
package enum IdempotencyOutcome: Sendable, Hashable {
    /// Done now.
    case fresh(StoredResponse)
    /// Done before; this was the answer.
    case replayed(StoredResponse)
    /// The key belongs to another request.
    case reused
    /// The first request with the key is still under way.
    case inUse
}
