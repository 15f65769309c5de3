import ArgumentParser
import Foundation
import Signatures

/// What `REELGATE_WEBHOOK_SECRET` holds, so that no secret shows in a list of processes.
enum GivenSecret {
    static let name = "REELGATE_WEBHOOK_SECRET"

    /// Nil when it is not set.
    static func text(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The secret that is given, or a new one.
    static func orNew(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> WebhookSecret {
        guard let text = text(environment) else { return .generate() }
        do throws(SignatureError) {
            return try WebhookSecret(parsing: text)
        } catch {
            throw ValidationError("\(name) cannot be used: \(error)")
        }
    }
}
