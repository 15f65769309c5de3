import ArgumentParser
import Foundation
import Signatures

/// `reelgate webhooks`: tools for a subscriber.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Receives and verifies webhooks.",
        subcommands: [Listen.self, Verify.self]
    )

    /// Checks one request that somebody kept.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Verifies the signature of a webhook whose body comes on standard input or from a file.",
            discussion:
                "The secret is read from REELGATE_WEBHOOK_SECRET, so that it shows in no process list."
        )

        @Option(help: "Value of the `webhook-id` header.")
        var id: String

        @Option(help: "Value of the `webhook-timestamp` header.")
        var timestamp: String

        @Option(help: "Value of the `webhook-signature` header.")
        var signature: String

        @Option(help: "File with the exact bytes of the body; standard input when left out.")
        var body: String?

        @Flag(name: .customLong("any-age"), help: "Accepts a timestamp of any age, for a webhook from a log.")
        var anyAge = false

        func run() async throws {
            guard let text = ProcessInfo.processInfo.environment["REELGATE_WEBHOOK_SECRET"] else {
                throw ValidationError("set REELGATE_WEBHOOK_SECRET to the endpoint's secret")
            }
            let secret = try WebhookSecret(parsing: text)
            let bytes =
                if let body { [UInt8](try Data(contentsOf: URL(fileURLWithPath: body))) } else {
                    [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
                }
            let now = anyAge ? Int64(timestamp) ?? 0 : Int64(Date().timeIntervalSince1970)
            do {
                try WebhookSignature.verify(
                    WebhookHeaders(id: id, timestamp: timestamp, signature: signature),
                    body: bytes,
                    secrets: [secret],
                    now: now
                )
            } catch {
                print("not verified: \(error)")
                throw ExitCode(1)
            }
            print("verified")
        }
    }
}
