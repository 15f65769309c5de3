import ArgumentParser

/// `reelgate webhooks`: tools for a subscriber.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Receives, verifies and sends webhooks again.",
        subcommands: [
            Listen.self, Receive.self, Endpoints.self, Deliveries.self, Replay.self, Recover.self,
            Verify.self,
        ]
    )
}
