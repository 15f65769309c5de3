package import Signatures

/// Makes the secret that a provider is given with a task and shows again with the callback.
///
/// It follows from the task's token, which stands in the callback's address, and from the gateway's own secret: nothing
/// is stored, and whoever only saw the address does not know it.
package struct CallbackSecrets: Sendable {
    private let key: [UInt8]

    package init(serverSecret: [UInt8]) { key = serverSecret }

    package func secret(provider: String, token: String) -> Secret {
        let message = Array("\(provider)|\(token)|callback-secret".utf8)
        return Secret(Base64URL.encode(HMACSHA256.code(of: message, key: key)))
    }
}
