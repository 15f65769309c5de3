import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests that bring an identity token for one audience.
struct GoogleIdentityRequests: Sendable {
    static let assertionSeconds: Int64 = 3_600
    static let flavorHeader = "metadata-flavor"
    let identity: GoogleIdentity
    let audience: String

    private struct Header: Encodable {
        var alg = "RS256"
        var typ = "JWT"
        var kid: String?
    }

    private struct Claims: Encodable {
        var iss: String
        var sub: String
        var aud: String
        var iat: Int64
        var exp: Int64
        var targetAudience: String
    }

    func token(now: Int64) throws -> HTTPRequest {
        switch identity {
        case .metadataServer(let url):
            let path = "/computeMetadata/v1/instance/service-accounts/default/identity"
            let query = "audience=\(PercentEncoding.encode(audience))&format=full"
            return HTTPRequest(
                url: "\(url)\(path)?\(query)",
                headers: [(name: Self.flavorHeader, value: "Google")]
            )
        case .serviceAccount(let account):
            let assertion = try assertion(account, now: now)
            let grant = PercentEncoding.encode("urn:ietf:params:oauth:grant-type:jwt-bearer")
            return HTTPRequest(
                method: "POST",
                url: account.tokenURL,
                headers: [(name: "content-type", value: "application/x-www-form-urlencoded")],
                body: Array("grant_type=\(grant)&assertion=\(assertion)".utf8)
            )
        }
    }

    /// A JSON Web Token (RFC 7519) that says for whom a token is wanted.
    private func assertion(_ account: GoogleServiceAccount, now: Int64) throws -> String {
        let claims = Claims(
            iss: account.email,
            sub: account.email,
            aud: account.tokenURL,
            iat: now,
            exp: now + Self.assertionSeconds,
            targetAudience: audience
        )
        let header = Base64URL.encode(try WireJSON.encode(Header(kid: account.keyId)))
        let signed = "\(header).\(Base64URL.encode(try WireJSON.encode(claims)))"
        return "\(signed).\(Base64URL.encode(account.key.sign(Array(signed.utf8))))"
    }
}
