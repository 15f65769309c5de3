package import Signatures

/// Who the gateway is at Google, and where it shows that.
package enum GoogleIdentity: Sendable, Hashable {
    /// The service account of the machine, which its metadata server vouches for.
    case metadataServer(url: String = standardMetadataURL)
    case serviceAccount(GoogleServiceAccount)

    package static let standardMetadataURL = "http://metadata.google.internal"
}

/// A service account with a key of its own.
package struct GoogleServiceAccount: Sendable, Hashable {
    package static let standardTokenURL = "https://oauth2.googleapis.com/token"
    package let email: String
    let keyId: String?
    let key: RSASigningKey
    /// Where a token is given for an assertion that the key signed.
    package let tokenURL: String

    package init(email: String, keyId: String?, key: RSASigningKey, tokenURL: String = standardTokenURL) {
        self.email = email
        self.keyId = keyId
        self.key = key
        self.tokenURL = tokenURL
    }

    private struct KeyFile: Decodable {
        enum CodingKeys: String, CodingKey {
            case type
            case email = "client_email"
            case keyId = "private_key_id"
            case key = "private_key"
            case tokenURL = "token_uri"
        }

        var type: String
        var email: String
        var keyId: String?
        var key: String
        var tokenURL: String?
    }

    /// Reads a key file as Google hands it out.
    package init(keyFile: [UInt8]) throws(GoogleKeyError) {
        let read: KeyFile
        do throws(AnswerFault) {
            read = try AnswerJSON.decode(KeyFile.self, keyFile)
        } catch {
            throw GoogleKeyError(description: "the service account's key file is not usable: \(error.reason)")
        }
        guard read.type == "service_account", !read.email.isEmpty else {
            throw GoogleKeyError(description: "the key file is none of a service account")
        }
        do throws(SignatureError) {
            self.init(
                email: read.email,
                keyId: read.keyId,
                key: try RSASigningKey(pem: Array(read.key.utf8)),
                tokenURL: read.tokenURL ?? Self.standardTokenURL
            )
        } catch {
            throw GoogleKeyError(description: "the service account's key file is not usable: \(error)")
        }
    }
}

/// What is wrong with a key file; it holds nothing of the key.
package struct GoogleKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}
