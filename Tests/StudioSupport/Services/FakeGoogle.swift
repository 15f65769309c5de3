package import Foundation
package import LoopbackSupport
import Signatures
import Threads

/// What gives identity tokens at Google: a machine's metadata server, and the endpoint for service accounts.
package final class FakeGoogle: Sendable {
    package static let email = "gateway@project.iam.gserviceaccount.com"
    package let service: FakeService
    private let issued: Locked<[String]>

    /// The tokens that were given out.
    package var tokens: [String] { issued.withLock(\.self) }
    package var url: String { service.url }
    package var tokenURL: String { "\(service.url)/token" }

    /// Tokens end `lifetimeSeconds` after `now`.
    package init(lifetimeSeconds: Int64 = 3_600, now: @escaping @Sendable () -> Date) throws {
        let issued = Locked<[String]>([])
        self.issued = issued
        let issue: @Sendable (String) -> String = { audience in
            issued.withLock { issued in
                let end = Int64(now().timeIntervalSince1970) + lifetimeSeconds
                let token = Self.token(audience: audience, exp: end, number: issued.count)
                issued.append(token)
                return token
            }
        }
        service = try FakeService(
            trusts: { request in
                request.method == "POST" || request.header("metadata-flavor") == "Google"
            },
            refusal: "Missing Metadata-Flavor:Google header.",
            route: { request in
                let account = "/computeMetadata/v1/instance/service-accounts/default/identity"
                switch (request.method, request.path) {
                case ("GET", account):
                    guard let audience = request.queryValue("audience") else { return LoopbackAnswer(400) }
                    let headers = [(name: "metadata-flavor", value: "Google")]
                    return LoopbackAnswer(200, headers: headers, body: issue(audience))
                case ("POST", "/token"):
                    guard let audience = Self.audience(ofGrant: request.body) else {
                        return LoopbackAnswer(
                            400,
                            body:
                                #"{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}"#
                        )
                    }
                    return LoopbackAnswer(200, body: #"{"id_token": "\#(issue(audience))"}"#)
                default: return LoopbackAnswer(404)
                }
            }
        )
    }

    /// The file that an account's owner downloads.
    package func keyFile(signer: RSASigner = .shared) throws -> [UInt8] {
        let members = [
            "type": "service_account", "client_email": Self.email, "private_key_id": "key-7",
            "private_key": String(decoding: signer.keyPEM, as: UTF8.self), "token_uri": tokenURL,
        ]
        return [UInt8](try JSONEncoder().encode(members))
    }

    /// A token that nobody signed, which is enough for whoever only reads it.
    package static func token(audience: String, exp: Int64, number: Int = 0) -> String {
        let claims = #"{"aud": "\#(audience)", "exp": \#(exp), "email": "\#(email)", "number": \#(number)}"#
        let header = Base64URL.encode(Array(#"{"alg": "RS256"}"#.utf8))
        return "\(header).\(Base64URL.encode(Array(claims.utf8))).\(Base64URL.encode([1, 2, 3]))"
    }

    /// Nil unless the assertion is signed by the account's key and says for whom the token is.
    private static func audience(ofGrant body: [UInt8]) -> String? {
        struct Claims: Decodable {
            enum CodingKeys: String, CodingKey {
                case iss, aud, iat, exp
                case audience = "target_audience"
            }

            var iss: String
            var aud: String
            var iat: Int64
            var exp: Int64
            var audience: String
        }
        let form = "?" + String(decoding: body, as: UTF8.self)
        guard
            FakeQuery.value("grant_type", in: form) == "urn:ietf:params:oauth:grant-type:jwt-bearer",
            let assertion = FakeQuery.value("assertion", in: form)
        else { return nil }
        let parts = assertion.split(separator: ".").map(String.init)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]),
            let certificate = try? SigningCertificate(pem: RSASigner.shared.pem),
            certificate.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8), using: .sha256),
            let payload = Base64URL.decode(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload)),
            claims.iss == email, claims.exp == claims.iat + 3_600, claims.aud.hasSuffix("/token")
        else { return nil }
        return claims.audience
    }
}
