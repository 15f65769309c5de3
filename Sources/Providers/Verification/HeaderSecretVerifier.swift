package import Signatures

/// A secret of ours in a header that the provider was told to send: AssemblyAI, Speechmatics, Rev.ai, Deepgram.
///
/// Nothing is signed, so a callback can be sent again, and by whoever reads the provider's logs.
package struct HeaderSecretVerifier: CallbackVerifier {
    /// How the header's value is made of the secret.
    package enum Form: Sendable, Hashable {
        case plain
        case bearer
        /// With this user name (RFC 7617).
        case basic(user: String)
    }

    package let header: String
    package let form: Form
    /// The secret of every callback; nil where each task has its own.
    private let shared: Secret?

    package init(header: String, form: Form = .plain, shared: Secret? = nil) {
        self.header = header
        self.form = form
        self.shared = shared
    }

    /// What the provider has to be told to send.
    package func value(for secret: Secret) -> Secret {
        switch form {
        case .plain: secret
        case .bearer: Secret("Bearer \(secret.reveal())")
        case .basic(let user): Secret("Basic \(Base64.encode(Array("\(user):\(secret.reveal())".utf8)))")
        }
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .secret) { () throws(CallbackDoubt) in
            guard let secret = shared ?? callback.secret, !secret.reveal().isEmpty else {
                throw CallbackDoubt("nobody was given a secret for this address")
            }
            let given = try callback.single(header)
            guard value(for: secret).matches(normalized(given)) else {
                throw CallbackDoubt("the secret in header '\(header)' does not match")
            }
            return callback.wholeDigestId
        }
    }

    /// The name of a scheme may come in any letter case.
    private func normalized(_ value: String) -> String {
        let scheme: String
        switch form {
        case .plain: return value
        case .bearer: scheme = "Bearer "
        case .basic: scheme = "Basic "
        }
        guard value.lowercased().hasPrefix(scheme.lowercased()) else { return value }
        return scheme + value.dropFirst(scheme.count)
    }
}
