import ArgumentParser
import Contracts
import Foundation
import Logging
import OutboundHTTP
import ServiceLifecycle
import Signatures
import Threads
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
                "Place in the feed to begin after, from an earlier answer; 0-0 is the oldest kept. Now when left out."
        )
        var after: String?

        @Option(help: "Ends after so many events.")
        var count: Int?

        func validate() throws {
            if let count, count < 1 { throw ValidationError("--count must be at least 1") }
        }

        func run() async throws {
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let http = HTTPClient(policy: .allowPrivateNetworks)
            defer { http.shutdown() }
            let given = ProcessInfo.processInfo.environment["REELGATE_WEBHOOK_SECRET"]
            let secret = try given.map { try WebhookSecret(parsing: $0) } ?? .generate()
            let start =
                if let after { after } else { try await Self.fetch(client, after: "end", types: events).next }
            Self.write(
                Opening(
                    listening: client.baseURL,
                    after: start,
                    url: url,
                    secret: url.map { _ in secret.reveal() }
                )
            )
            let listener = Listener(
                follower: FeedFollower { [events] after in
                    try await Self.fetch(client, after: after, types: events, waitSeconds: Self.waitSeconds)
                },
                forwarder: EventForwarder(url: url, secret: secret, http: http) { Date() },
                start: start,
                countMax: count,
                hasFailed: Locked(false)
            )
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
            if listener.hasFailed.withLock(\.self) { throw ExitCode(1) }
        }

        /// The first line.
        private struct Opening: Encodable {
            let listening: String
            let after: String
            let url: String?
            let secret: String?
        }

        /// Well below the time that a request of the client may take.
        private static let waitSeconds = 15

        private static func fetch(
            _ client: GatewayClient,
            after: String,
            types: String?,
            waitSeconds: Int = 0
        ) async throws -> FeedPage {
            var path = "/v1/events?limit=100&wait=\(waitSeconds)&after=\(try escaped(after))"
            if let types { path += "&types=\(try escaped(types))" }
            return try await client.get(FeedPage.self, path)
        }

        private static func escaped(_ text: String) throws -> String {
            guard let text = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) else {
                throw ValidationError("'\(text)' cannot be sent")
            }
            return text
        }

        fileprivate static func write(_ line: some Encodable) {
            guard let data = try? WireJSON.encode(line) else { return }
            FileHandle.standardOutput.write(data + Data("\n".utf8))
        }
    }
}

/// Follows the feed until it is told to stop.
private struct Listener: Service {
    let follower: FeedFollower
    let forwarder: EventForwarder
    let start: String
    let countMax: Int?
    let hasFailed: Locked<Bool>

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await follower.follow(after: start, countMax: countMax) { event in
                    let line = await forwarder.forward(event)
                    WebhooksCommand.Listen.write(line)
                    if countMax != nil, !line.isFine { hasFailed.withLock { $0 = true } }
                }
            }
        } catch is CancellationError {
            return
        } catch let error as TransferError where error.code == .cancelled {
            return
        }
    }
}
