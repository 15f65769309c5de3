import ArgumentParser
import Contracts
import Foundation
import Store

extension WebhooksCommand {
    /// All endpoints, one a line.
    struct Endpoints: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tenant's webhook endpoints.")

        func run() async throws {
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            var table = TextTable(columns: ["id", "state", "events", "url"])
            for endpoint in try await client.all(EndpointView.self, "/v1/webhook-endpoints") {
                let events = endpoint.eventTypes.isEmpty ? "*" : endpoint.eventTypes.joined(separator: ",")
                table.add([endpoint.id, endpoint.state, events, endpoint.url])
            }
            print(table.text)
        }
    }

    /// The newest deliveries of one endpoint.
    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what was sent to an endpoint, the newest first."
        )

        @Argument(help: "Id of the endpoint.")
        var endpoint: String

        @Option(help: "Those in one state only.")
        var state: DeliverySelection.State?

        @Option(help: "How many, 100 at most.")
        var limit = 25

        func run() async throws {
            var path =
                "/v1/webhook-endpoints/\(try PathArgument.id(endpoint, .endpoint))/deliveries?limit=\(limit)"
            if let state { path += "&state=\(state.rawValue)" }
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let page = try await client.get(Page<DeliveryView>.self, path)
            var table = TextTable(columns: [
                "id", "message", "event", "state", "attempts", "status", "problem",
            ])
            for delivery in page.data {
                table.add([
                    delivery.id, delivery.messageId, delivery.eventType,
                    delivery.isHeld ? "held" : delivery.state, "\(delivery.attempts.count)",
                    delivery.attempts.last?.status.map { "\($0)" } ?? "-", delivery.problem?.detail ?? "-",
                ])
            }
            print(table.text)
        }
    }

    /// One message again.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a message again, to one endpoint or to all that want it."
        )

        @Argument(help: "Id of the message.")
        var message: String

        @Option(help: "Id of the endpoint; all that want it when left out.")
        var endpoint: String?

        func run() async throws {
            let path = "/v1/webhook-messages/\(try PathArgument.id(message, .message))/replay"
            let endpoint = try endpoint.map { try PathArgument.id($0, .endpoint) }
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let report = try await client.post(
                ReplayView.self,
                path,
                body: endpoint.map { ["endpoint_id": $0] } ?? [:]
            )
            print(
                "\(report.replayed) sent again, \(report.created) new, \(report.leftAlone) under way already"
            )
        }
    }

    /// All that failed since a time.
    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends an endpoint again all that failed since a time, at most 14 days ago."
        )

        @Argument(help: "Id of the endpoint.")
        var endpoint: String

        @Option(help: "Time such as 2026-11-24T09:00:00Z.")
        var since: String

        func run() async throws {
            let path = "/v1/webhook-endpoints/\(try PathArgument.id(endpoint, .endpoint))/recover"
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            var (sent, expired) = (0, 0)
            var body = ["since": since]
            while true {
                let report = try await client.post(ReplayView.self, path, body: body)
                sent += report.replayed
                expired += report.expired
                guard report.hasMore, let next = report.next else { break }
                body["after"] = next
            }
            print("\(sent) sent again, \(expired) too old")
        }
    }
}

extension DeliverySelection.State: ExpressibleByArgument {}
