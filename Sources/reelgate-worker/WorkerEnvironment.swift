import ArgumentParser
import Foundation
import Glibc
import Signatures

/// What the worker reads from its environment.
struct WorkerEnvironment {
    static let secretName = "REELGATE_WORKER_SECRET"

    let secret: WebhookSecret
    let vendorPath: String?
    let modelPath: String?

    /// Reads the environment and removes the secret from it, so that child processes do not get it.
    static func take() throws -> WorkerEnvironment {
        let environment = ProcessInfo.processInfo.environment
        guard let text = environment[secretName] else { throw ValidationError("\(secretName) must be set") }
        unsetenv(secretName)
        let secret: WebhookSecret
        do throws(SignatureError) {
            secret = try WebhookSecret(parsing: text)
        } catch {
            throw ValidationError("\(secretName): \(error.description)")
        }
        return WorkerEnvironment(
            secret: secret,
            vendorPath: environment["REELGATE_VENDOR_DIR"],
            modelPath: environment["REELGATE_MODEL_DIR"]
        )
    }
}
