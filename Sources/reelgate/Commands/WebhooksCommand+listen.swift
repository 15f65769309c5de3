import ArgumentParser
import Contracts
import Foundation
import Logging
import OutboundHTTP
import ServiceLifecycle
import Signatures
import Store
import UnixSignals

extension WebhooksCommand {
    /// Follows the events of the tenant, from wherever the developer sits.
    struct Listen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the tenant's events as they happen, and forwards them to a local URL.",
            discussion: """
                Fetches GET /v1/events, so the gateway need not reach this machine. With --url each event is posted there as
                a webhook would be, signed with the secret that the first line tells: REELGATE_WEBHOOK_SECRET, or a new one.
                Each event is a JSON line. Ends with 0 when it is interrupted or has had --count events, and with 1 when the
                gateway refuses or --count events did not all get a 2xx.
                """
        )

        @Option(help: "URL to forward each event to; plain http and local addresses are fine.")
        var url: String?

        @Option(help: "Event types and patterns such as run.*, separated by commas; all when left out.")
        var events: String?

        @Option(
            help:
                "Place in the feed to begin after, from an earlier answer; 0-0 is the oldest kept. `end`, which is now, when left out."
        )
        var after: String?

        @Option(help: "Ends after so many events.")
        var count: Int?

        func validate() throws {
            if let count, count < 1 { throw ValidationError("--count must be at least 1") }
            if let after, after != EventListener.end, FeedCursor(after) == nil {
                throw ValidationError(
                    "'\(after)' is no place in the feed: those are the 'next' of an earlier answer, 0-0, and end"
                )
            }
            guard let url else { return }
            do throws(AddressPolicyError) {
                try Self.policy.check(url: url)
            } catch {
                throw ValidationError("--url '\(url)' cannot be used: \(error)")
            }
        }

        func run() async throws {
            let secret = try GivenSecret.orNew()
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let http = HTTPClient(policy: Self.policy)
            defer { http.shutdown() }
            let listener = try await open(client: client, http: http, secret: secret) { line in
                FileHandle.standardOutput.write(line + Data("\n".utf8))
            }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [
                        .init(service: listener, successTerminationBehavior: .gracefullyShutdownGroup)
                    ],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: Logger(label: "listen") { _ in SwiftLogNoOpLogHandler() }
                )
            )
            try await group.run()
            if count != nil, listener.hasFailed { throw ExitCode(1) }
        }

        /// Asks the gateway where to begin, tells it in the first line, and is then ready to follow.
        func open(
            client: GatewayClient,
            http: HTTPClient,
            secret: WebhookSecret,
            write: @escaping @Sendable (Data) -> Void
        ) async throws -> EventListener {
            let feed = GatewayFeed(client: client, types: events)
            let start = try await feed.start(after: after)
            let opening = Opening(
                listening: client.baseURL,
                after: start,
                url: url,
                secret: url.map { _ in secret.reveal() }
            )
            write(try WireJSON.encode(opening))
            return EventListener(
                feed: feed,
                forwarder: EventForwarder(url: url, secret: secret, http: http) { Date() },
                start: start,
                countMax: count,
                write: write
            )
        }

        /// A developer's own machine is where events are to go.
        private static let policy = AddressPolicy.allowPrivateNetworks

        /// The first line.
        private struct Opening: Encodable {
            let listening: String
            let after: String
            let url: String?
            let secret: String?
        }
    }
}
