import Foundation
import Signatures

/// A secret of ours that the provider repeats inside the JSON of its callback: Deepgram's `metadata.extra`.
package struct BodySecretVerifier: CallbackVerifier {
    /// The names that lead to the secret, from the outside in.
    package let path: [String]

    package init(path: [String]) {
        precondition(!path.isEmpty)
        self.path = path
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .secret) { () throws(CallbackDoubt) in
            guard let secret = callback.secret, !secret.reveal().isEmpty else {
                throw CallbackDoubt("nobody was given a secret for this address")
            }
            let place = path.joined(separator: ".")
            let found = try? JSONDecoder().decode(Found.self, from: Data(callback.body), configuration: path)
            guard let found else { throw CallbackDoubt("the body has no text at '\(place)'") }
            guard secret.matches(found.text) else {
                throw CallbackDoubt("the secret at '\(place)' does not match")
            }
            return callback.digestId
        }
    }

    /// Follows the path; the rest of the body is read over.
    private struct Found: DecodableWithConfiguration {
        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        let text: String

        init(from decoder: any Decoder, configuration path: [String]) throws {
            var container = try decoder.container(keyedBy: Name.self)
            for name in path.dropLast() {
                container = try container.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name))
            }
            text = try container.decode(String.self, forKey: Name(stringValue: path[path.count - 1]))
        }
    }
}
