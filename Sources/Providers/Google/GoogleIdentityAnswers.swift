import Foundation
import OutboundHTTP
import Signatures

/// A token that shows who the gateway is, and until when.
struct IdentityToken: Sendable, Hashable {
    let text: Secret
    /// In whole seconds since 1970.
    let endsAt: Int64
}

/// Reads what Google answers to a request for an identity token.
enum GoogleIdentityAnswers {
    static let tokenBytesMax = 8 << 10

    private struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case token = "id_token"
        }

        var token: String
    }

    private struct Claims: Decodable {
        var aud: String
        var exp: Double
    }

    private struct Trouble: Decodable {
        enum CodingKeys: String, CodingKey {
            case error
            case description = "error_description"
        }

        var error: String?
        var description: String?
    }

    /// The metadata server answers with the token itself, and with a header that shows that it is one.
    static func token(
        _ response: HTTPResponse,
        from identity: GoogleIdentity,
        audience: String
    ) throws(AnswerFault) -> IdentityToken {
        switch identity {
        case .metadataServer:
            guard response.header(GoogleIdentityRequests.flavorHeader) == "Google" else {
                throw AnswerFault("whoever answered is no metadata server of Google")
            }
            let text = String(decoding: response.body.prefix(tokenBytesMax + 1), as: UTF8.self)
            return try token(text.trimmingCharacters(in: .whitespacesAndNewlines), audience: audience)
        case .serviceAccount:
            return try token(try AnswerJSON.decode(Answer.self, response.body).token, audience: audience)
        }
    }

    /// The token's own claims are not proved here: whoever is shown it does that.
    private static func token(_ text: String, audience: String) throws(AnswerFault) -> IdentityToken {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= tokenBytesMax, parts.count == 3,
            parts.allSatisfy({ Base64URL.decode($0)?.isEmpty == false }),
            let payload = Base64URL.decode(parts[1]),
            let claims = try? AnswerJSON.decode(Claims.self, payload)
        else { throw AnswerFault("it is no identity token") }
        guard claims.aud == audience else { throw AnswerFault("the identity token is for somebody else") }
        guard claims.exp.isFinite, claims.exp > 0, claims.exp < 1e11 else {
            throw AnswerFault("the identity token has no end")
        }
        return IdentityToken(text: Secret(text), endsAt: Int64(claims.exp))
    }

    static func words(_ response: HTTPResponse) -> String? {
        let read = try? AnswerJSON.decode(Trouble.self, response.body)
        return ProviderWords.first(read?.description, read?.error)
    }
}
