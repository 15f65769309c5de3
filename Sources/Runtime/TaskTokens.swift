import Providers
package import Signatures

/// Makes the token of a task's callback and upload links.
///
/// It follows from the task's id and the server's secret, so that a task can be dispatched again after a crash
/// although only the token's digest is stored.
package struct TaskTokens: Sendable {
    private let secret: [UInt8]

    package init(serverSecret: [UInt8]) {
        secret = serverSecret
    }

    package func token(taskId: String) -> String {
        Base64URL.encode(HMACSHA256.code(of: Array("callback:\(taskId)".utf8), key: secret))
    }

    /// What the task's provider is given to show with its callbacks.
    package func callbackSecret(provider: String, taskId: String) -> Secret {
        CallbackSecrets(serverSecret: secret).secret(provider: provider, token: token(taskId: taskId))
    }

    /// What is stored of the token.
    package func digest(taskId: String) -> [UInt8] { Self.digest(ofToken: token(taskId: taskId)) }

    package static func digest(ofToken token: String) -> [UInt8] { SHA256Digest.hash(Array(token.utf8)) }
}
