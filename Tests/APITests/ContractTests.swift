import Contracts
import Foundation
import HTTPTypes
import Store
import Testing
import Yams

@testable import API

/// Holds the routes to `contracts/openapi.yaml`, and the document to the types.
@Suite struct ContractTests {
    private static let methods: Set<String> = ["get", "put", "post", "delete", "patch", "head", "options"]

    private static func document() throws -> [String: Any] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "contracts/openapi.yaml"), encoding: .utf8)
        return try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    private static func operations(_ document: [String: Any]) throws -> [String: [String: Any]] {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var operations: [String: [String: Any]] = [:]
        for (path, item) in paths {
            for (method, operation) in item where methods.contains(method) {
                operations["\(method.uppercased()) \(path)"] = try #require(operation as? [String: Any])
            }
        }
        return operations
    }

    private static func key(_ route: Route) -> String {
        "\(route.method.rawValue) \(route.path.replacing("...}", with: "}"))"
    }

    @Test func `the document describes exactly the routes that there are`() async throws {
        let fixture = try await APIFixture.make()
        let documented = Set(try Self.operations(try Self.document()).keys)
        let served = Set(fixture.builder.routes.map(Self.key))

        #expect(served.subtracting(documented).isEmpty)
        #expect(documented.subtracting(served).isEmpty)
    }

    @Test func `the document names the scope of every route that needs a key`() async throws {
        let fixture = try await APIFixture.make()
        let operations = try Self.operations(try Self.document())

        for route in fixture.builder.routes {
            let operation = try #require(operations[Self.key(route)])
            let scope: String? =
                switch route.access {
                case .key(let scope), .keyOrLink(let scope): scope.rawValue
                case .open, .link, .token: nil
                }
            #expect(operation["x-scope"] as? String == scope, "\(Self.key(route))")
            // The document's own default is a key, so every other access must say so.
            #expect((operation["security"] != nil) == (scope == nil || route.access.takesLinks))
        }
    }

    @Test func `the document names the query parameters that are taken, and no others`() async throws {
        let fixture = try await APIFixture.make()
        let document = try Self.document()
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let components = try #require(document["components"] as? [String: Any])
        let shared = try #require(components["parameters"] as? [String: [String: Any]])

        for route in fixture.builder.routes {
            guard let taken = route.query else { continue }
            let item = try #require(paths[route.path.replacing("...}", with: "}")])
            let operation = item[route.method.rawValue.lowercased()] as? [String: Any]
            let lists = [item["parameters"], operation?["parameters"]]
            let parameters = lists.compactMap { $0 as? [[String: Any]] }.joined().map { parameter in
                let name = (parameter["$ref"] as? String)?.split(separator: "/").last.map(String.init)
                return name.flatMap { shared[$0] } ?? parameter
            }
            let named = parameters.filter { $0["in"] as? String == "query" }
                .compactMap { $0["name"] as? String }
            #expect(Set(named) == taken, "\(Self.key(route))")
        }
    }

    @Test func `the examples are what the types read and write`() throws {
        let document = try Self.document()
        let components = try #require(document["components"] as? [String: Any])
        let examples = try #require(components["examples"] as? [String: [String: Any]])

        try Self.roundTrip(RunView.self, examples["Run"])
        try Self.roundTrip(AssetView.self, examples["Asset"])
        try Self.roundTrip(EndpointView.self, examples["Endpoint"])
        try Self.roundTrip(EndpointView.self, examples["EndpointRead"])
        try Self.roundTrip(EndpointKeysView.self, examples["EndpointKeys"])
        try Self.roundTrip(DeliveryView.self, examples["Delivery"])
        try Self.roundTrip(Page<DeliveryView>.self, examples["DeliveryPage"])
        try Self.roundTrip(MessageView.self, examples["Message"])
        try Self.roundTrip(Page<MessageView>.self, examples["MessagePage"])
        try Self.roundTrip(FeedPage.self, examples["FeedPage"])
        try Self.roundTrip(ReplayView.self, examples["Replay"])
        try Self.roundTrip(Problem.self, examples["PayloadExpired"])
        try Self.roundTrip(Problem.self, examples["UnknownEventType"])
    }

    private static func roundTrip<Value: Codable>(_ type: Value.Type, _ example: [String: Any]?) throws {
        let value = try #require(example?["value"])
        let given = try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
        let read = try WireJSON.decode(type, from: given)
        let written = try JSONSerialization.jsonObject(with: try WireJSON.encode(read))
        let again = try JSONSerialization.data(withJSONObject: written, options: .sortedKeys)

        #expect(String(decoding: again, as: UTF8.self) == String(decoding: given, as: UTF8.self))
    }

    @Test func `every answer has just the members that its schema names`() async throws {
        let fixture = try await APIFixture.make()
        let schemas = SchemaBook(try Self.document())
        let asset = try await fixture.makeAsset(Array("video".utf8))

        let gateway = GatewayIdentity(id: ResourceID.make(.gateway), version: "1.0.0", mark: LeaseMark())
        _ = try await fixture.store.beat(gateway)

        try await fixture.withClient { client in
            // One that is kept for the operators.
            _ = try await client.post("/v1/callbacks/hook", "{}", key: "")
            let run = try await client.post("/v1/runs", #"{"source":{"asset_id":"\#(asset.id)"}}"#)
            let id = try run.decode(RunView.self).id
            let endpoint = try await client.post(
                "/v1/webhook-endpoints",
                #"{"url":"https://hooks.example.com/a"}"#
            )
            let endpointPath = "/v1/webhook-endpoints/\(try endpoint.decode(EndpointView.self).id)"
            let receipt = try await client.post("\(endpointPath)/test", "")
            let sent = try await client.get("\(endpointPath)/deliveries").decode(Page<DeliveryView>.self)
                .data[0]
            let message = "/v1/webhook-messages/\(sent.messageId)"
            let answers: [(String, Answer)] = [
                ("EndpointKeys", try await client.post("\(endpointPath)/rotate-secret", "")),
                ("Delivery", try await client.get("/v1/webhook-deliveries/\(sent.id)")),
                ("MessagePage", try await client.get("/v1/webhook-messages")),
                ("Message", try await client.get(message)),
                ("Replay", try await client.post("\(message)/replay", "")),
                ("FeedPage", try await client.get("/v1/events")),
                ("Run", run),
                ("Endpoint", endpoint),
                ("RunPage", try await client.get("/v1/runs")),
                ("JobPage", try await client.get("/v1/runs/\(id)/jobs")),
                ("EventPage", try await client.get("/v1/runs/\(id)/events")),
                ("Asset", try await client.get("/v1/assets/\(asset.id)")),
                ("StylePage", try await client.get("/v1/styles")),
                ("TestReceipt", receipt),
                ("DeliveryPage", try await client.get("\(endpointPath)/deliveries")),
                ("EventTypePage", try await client.get("/v1/event-types")),
                ("Problem", try await client.post("/v1/runs", "{}")),
                ("CallbackPage", try await client.get("/v1/ops/callbacks")),
                ("Health", try await client.get("/healthz")),
                ("GatewayPage", try await client.get("/v1/ops/gateways")),
                ("Readiness", try await client.get("/readyz")),
            ]
            for (name, answer) in answers {
                let value = try JSONSerialization.jsonObject(with: answer.body)
                #expect(schemas.misfits(value, schema: name) == [], "\(name)")
            }
        }
    }
}

extension Route.Access {
    fileprivate var takesLinks: Bool {
        switch self {
        case .keyOrLink, .link: true
        case .open, .key, .token: false
        }
    }
}
