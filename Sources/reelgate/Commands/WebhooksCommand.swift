import ArgumentParser

/// `reelgate webhooks`: tools for a subscriber.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Receives and verifies webhooks.",
        subcommands: [Listen.self, Verify.self]
    )
}
