import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Signatures
import Store
import Threads

/// Finds out who sends a request and whether they may.
struct Authenticator: Sendable {
    let store: Store
    let linkKey: [UInt8]
    let limiter: RateLimiter
    let now: @Sendable () -> Date
    /// A key that is revoked works for this long at most.
    let principals = BriefCache<[UInt8], Principal>()

    static let keyBytesMax = 256
    /// The parameters of a signed link.
    static let linkQuery: Set<String> = ["expires", "signature"]

    /// The owner of the request's API key, who must have `scope` and not ask too often.
    func caller(of request: Request, scope: Scope, _ context: APIContext) async throws -> Principal {
        guard let key = Self.bearerKey(request) else {
            throw Problem(.unauthorized, detail: "Send an API key: Authorization: Bearer <key>.")
        }
        // Only the digest is stored and looked up, so the time of a lookup tells nothing of a key.
        let digest = SHA256Digest.hash(Array(key.utf8))
        let known = try await principals.value(digest) { try await store.authenticate(digest: digest) }
        guard let principal = known else {
            throw Problem(.unauthorized, detail: "The API key is unknown, expired or revoked.")
        }
        let rate = limiter.take(keyId: principal.keyId)
        context.rate.withLock { $0 = rate }
        guard rate.isAllowed else {
            throw Problem(
                .rateLimited,
                detail: "This API key makes too many requests; wait \(rate.retryAfterSeconds) s."
            )
        }
        guard principal.scopes.contains(scope.rawValue) else {
            throw Problem(
                .insufficientScope,
                detail: "The API key lacks the scope '\(scope.rawValue)'."
            )
        }
        return principal
    }

    /// Throws unless the request's own signature is good for its path and has not expired.
    func checkLink(_ request: Request) throws {
        let query = request.uri.queryParameters
        let refused = Problem(.linkExpired, detail: "The link is not genuine, or its time is over.")
        guard let signature = query.get("signature"), let expires = query.get("expires", as: Int64.self)
        else {
            throw refused
        }
        do throws(SignatureError) {
            try LinkSignature.verify(
                signature,
                path: request.uri.path,
                expires: expires,
                key: linkKey,
                now: Int64(now().timeIntervalSince1970)
            )
        } catch {
            throw refused
        }
    }

    static func hasLink(_ request: Request) -> Bool { request.uri.queryParameters.get("signature") != nil }

    private static func bearerKey(_ request: Request) -> String? {
        guard let header = request.headers[.authorization], header.utf8.count <= keyBytesMax else {
            return nil
        }
        let parts = header.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, let scheme = String(parts[0]), scheme.lowercased() == "bearer" else {
            return nil
        }
        return String(parts[1])
    }
}
