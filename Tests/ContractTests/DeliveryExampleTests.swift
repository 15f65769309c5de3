import Contracts
import Foundation
import OutboundHTTP
import Signatures
import Store
import Testing
import Webhooks

/// The examples of deliveries and messages say what the code sends and writes down.
@Suite struct DeliveryExampleTests {
    private let document: OpenAPIDocument
    private let checker: SchemaChecker

    init() throws {
        document = try OpenAPIDocument("openapi")
        checker = SchemaChecker(openAPI: document.json)
    }

    /// Every object of the named examples that has `member`.
    private func objects(with member: String) -> [JSONValue] {
        func found(in value: JSONValue) -> [JSONValue] {
            switch value {
            case .array(let items): items.flatMap(found)
            case .object(let members):
                (members[member] == nil ? [] : [value]) + members.values.flatMap(found)
            default: []
            }
        }
        return document.examples.sorted { $0.key < $1.key }.flatMap { found(in: $0.value) }
    }

    @Test func `a payload in an example is the event that its record names, to the byte`() throws {
        let records = objects(with: "payload")

        #expect(records.count >= 3)
        for record in records {
            let text = try #require(record["payload"]?.string)
            let data = Data(text.utf8)
            let event = try JSONValue(data)
            let type = try #require(EventType(rawValue: event["type"]?.string ?? ""))
            let own = try SchemaChecker(path: "contracts/events/\(type.rawValue).schema.json")
            #expect(try own.problems(event) == [])
            let body = document.webhooks[type.rawValue]?["requestBody"]
            let section = try #require(
                body?["content"]?["application/json"]?["schema"]?["$ref"]?.string
            )
            #expect(try checker.problems(event, by: section) == [])
            #expect(event["type"] == record["event_type"])
            #expect(event["id"] == (record["message_id"] ?? record["id"]))
            #expect(event["timestamp"] == record["created_at"])

            var envelope = try WireJSON.decode(EventEnvelope.self, from: data)
            let id = try #require(envelope.id)
            (envelope.id, envelope.data.links) = (nil, nil)
            #expect(String(decoding: try envelope.payload(messageId: id), as: UTF8.self) == text)
        }
    }

    @Test func `the problem of an attempt in an example is the one that its status gives`() throws {
        let attempts = objects(with: "attempts").flatMap { $0["attempts"]?.array ?? [] }

        #expect(!attempts.isEmpty)
        for attempt in attempts {
            let status = try #require(attempt["status"]?.number)
            let verdict = AttemptVerdict(
                response: HTTPResponse(status: Int(status), headers: [], body: []),
                attempt: 1,
                policy: DeliveryRetryPolicy(delaysMs: [1000]),
                jitter: 0.5,
                now: Date(timeIntervalSince1970: 0)
            )
            #expect(try problem(of: attempt) == verdict.problem)
            #expect(attempt["outcome"]?.string == verdict.outcome.rawValue)
        }
        for delivery in objects(with: "attempts") {
            #expect(delivery["problem"] == delivery["attempts"]?.array?.last?["problem"])
        }
    }

    private func problem(of attempt: JSONValue) throws -> Problem? {
        guard let problem = attempt["problem"], problem != .null else { return nil }
        return try WireJSON.decode(Problem.self, from: problem.data())
    }

    @Test func `the request in an example is what the code records of it, with its true signatures`() throws {
        let delivery = try #require(document.examples["Delivery"])
        let endpoint = try #require(document.examples["Endpoint"])
        let request = try #require(delivery["attempts"]?.array?.first?["request"])
        let headers = try #require(request["headers"]?.object).compactMapValues(\.string)
        let payload = try #require(delivery["payload"]?.string)
        let seconds = try #require(Double(headers["webhook-timestamp"] ?? ""))
        let own = try #require(endpoint["header_names"]?.array).compactMap(\.string)
        let secret = try WebhookSecret(parsing: try #require(endpoint["secret"]?.string))
        let message = WebhookMessage(
            id: try #require(delivery["message_id"]?.string),
            url: try #require(endpoint["url"]?.string),
            payload: Data(payload.utf8),
            headers: Dictionary(uniqueKeysWithValues: own.map { ($0, "a secret of the owner") })
        )
        let sent = message.request(now: Date(timeIntervalSince1970: seconds), keys: [.secret(secret)])
        let head = try #require(RequestHead(text: message.recordedHead(of: sent)))

        #expect(request["method"]?.string == head.method && request["url"]?.string == head.url)
        let signature = WebhookHeaders.signatureName
        #expect(headers.filter { $0.key != signature } == head.headers.filter { $0.key != signature })
        // One of each scheme that the endpoint asks for.
        let signatures = try #require(headers[signature])
        #expect(signatures.hasPrefix("\(try #require(head.headers[signature])) v1a,"))
        let publicKey = try WebhookPublicKey(parsing: try #require(endpoint["public_key"]?.string))
        try WebhookSignature.verify(
            WebhookHeaders(id: message.id, timestamp: headers["webhook-timestamp"], signature: signatures),
            body: Array(payload.utf8),
            keys: [.publicKey(publicKey)],
            now: Int64(seconds)
        )
        let started = try #require(delivery["attempts"]?.array?.first?["started_at"]?.string)
        #expect(Timestamp.parse(started).map { floor($0.timeIntervalSince1970) } == seconds)
    }

    @Test func `the contract names every header that is shown of a request`() throws {
        let message = WebhookMessage(id: "msg_1", url: "https://example.com/", payload: Data())
        let sent = message.request(
            now: Date(timeIntervalSince1970: 0),
            keys: [.secret(.generate())]
        )
        let properties = document.schema("Attempt")?["properties"]?["request"]?["properties"]
        let text = try #require(properties?["headers"]?["description"]?.string)

        for header in sent.headers { #expect(text.contains("`\(header.name)`")) }
        #expect(text.contains("`\(WebhookMessage.hiddenValue)`"))
    }
}
