import Contracts
import Foundation
import HTTPTypes
import Signatures
import Store
import TestSupport
import Testing

@testable import API

@Suite struct WebhookEndpointTests {
    private static let path = "/v1/webhook-endpoints"

    @Test func `an endpoint shows its secret once and can be removed`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = """
                {"url":"https://hooks.example.com/a","event_types":["delivery.completed"],"description":"desk"}
                """
            let created = try await client.post(Self.path, body)

            #expect(created.status == 201)
            let endpoint = try created.decode(EndpointView.self)
            #expect(created.headers[.location] == "\(Self.path)/\(endpoint.id)")
            _ = try WebhookSecret(parsing: try #require(endpoint.secret))
            let read = try await client.get("\(Self.path)/\(endpoint.id)").decode(EndpointView.self)
            #expect(read.secret == nil)
            #expect(read.eventTypes == ["delivery.completed"])
            let list = try await client.get(Self.path)
            #expect(!list.text.contains("whsec_"))
            #expect(try list.decode(Page<EndpointView>.self).data.map(\.id) == [endpoint.id])
            #expect(try await client.send(.delete, "\(Self.path)/\(endpoint.id)").status == 204)
            #expect(try await client.get("\(Self.path)/\(endpoint.id)").status == 404)
            #expect(try await client.send(.delete, "\(Self.path)/\(endpoint.id)").status == 404)
        }
    }

    @Test func `everything wrong with an endpoint is told at once`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = """
                {"url":"https://10.0.0.1/hook","event_types":["run.started","run.eaten"],"secret":"short","active":true}
                """
            let answer = try await client.post(Self.path, body)

            #expect(answer.status == 422)
            #expect(try Set(answer.pointers) == ["/url", "/event_types/1", "/secret", "/active"])
            #expect(try answer.problem.slug == "invalid-request")
        }
    }

    @Test func `a tenant has a limited number of endpoints`() async throws {
        let fixture = try await APIFixture.make()
        for _ in 0..<Store.endpointsPerTenantMax {
            _ = try await fixture.store.createEndpoint(
                tenantId: fixture.tenantId,
                url: "https://hooks.example.com/a",
                eventTypes: [],
                description: nil,
                secret: WebhookSecret.generate().reveal(),
                claim: nil
            ) { _ in StoredResponse(status: 201, headers: [:], body: Data()) }
        }
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let refused = try await client.post(Self.path, body)
            let other = try await client.post(Self.path, body, key: otherKey)

            #expect(refused.status == 409)
            #expect(try refused.problem.slug == "endpoint-limit")
            #expect(try refused.problem.detail.contains("DELETE /v1/webhook-endpoints/{id}"))
            #expect(other.status == 201)
        }
    }

    @Test func `endpoints come in pages, newest first`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            var ids: [String] = []
            for number in 1...5 {
                let body = #"{"url":"https://hooks.example.com/\#(number)"}"#
                ids.append(try await client.post(Self.path, body).decode(EndpointView.self).id)
            }
            _ = try await client.post(Self.path, #"{"url":"https://hooks.example.com/b"}"#, key: otherKey)

            var pages: [[String]] = []
            var next: String?
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let page = try await client.get("\(Self.path)?limit=2\(after)")
                    .decode(Page<EndpointView>.self)
                #expect(page.hasMore == (page.next != nil))
                pages.append(page.data.map(\.id))
                next = page.next
            } while next != nil

            #expect(pages.map(\.count) == [2, 2, 1])
            #expect(pages.flatMap(\.self) == ids.reversed())
            for query in ["limit=0", "limit=101", "state=enabled"] {
                #expect(try await client.get("\(Self.path)?\(query)").status == 422, "\(query)")
            }
        }
    }

    @Test func `creating under one key twice makes one endpoint`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let headers: HTTPFields = [.idempotencyKey: "ep"]
            let first = try await client.post(Self.path, body, headers: headers)
            let again = try await client.post(Self.path, body, headers: headers)

            #expect(again.body == first.body)
            #expect(again.headers[.idempotentReplayed] == "true")
            #expect(try await client.get(Self.path).decode(Page<EndpointView>.self).data.count == 1)
        }
    }

    @Test func `a test message waits for its delivery`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let id = try await client.post(Self.path, body).decode(EndpointView.self).id
            let sent = try await client.post("\(Self.path)/\(id)/test", "")
            let deliveries = try await client.get("\(Self.path)/\(id)/deliveries")
                .decode(Page<DeliveryView>.self)

            #expect(sent.status == 202)
            #expect(deliveries.data.map(\.eventType) == ["webhook.test"])
            #expect(deliveries.data.map(\.state) == ["pending"])
            #expect(try sent.decode([String: String].self).values.first == deliveries.data[0].messageId)
        }
    }

    @Test func `a test under one key is sent once, also when the endpoint is paused since`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let path = "\(Self.path)/\(try await client.post(Self.path, body).decode(EndpointView.self).id)"
            let headers: HTTPFields = [.idempotencyKey: "test"]
            let first = try await client.post("\(path)/test", "", headers: headers)
            let again = try await client.post("\(path)/test", "", headers: headers)
            _ = try await client.post("\(path)/pause", "")
            let late = try await client.post("\(path)/test", "", headers: headers)
            let fresh = try await client.post("\(path)/test", "", headers: [.idempotencyKey: "other"])
            let other = try await client.post("\(path)/test", "{}", headers: headers)

            #expect(first.status == 202 && first.headers[.idempotentReplayed] == nil)
            for answer in [again, late] {
                #expect(answer.status == 202 && answer.body == first.body)
                #expect(answer.headers[.idempotentReplayed] == "true")
            }
            #expect(fresh.status == 409)
            #expect(other.status == 422)
            let deliveries = try await client.get("\(path)/deliveries").decode(Page<DeliveryView>.self)
            #expect(deliveries.data.count == 1)
            _ = try await client.post("\(path)/enable", "")
            let sent = try await client.post("\(path)/test", "", headers: [.idempotencyKey: "other"])
            #expect(sent.status == 202 && sent.headers[.idempotentReplayed] == nil)
        }
    }

    @Test func `what was asked for under a key is answered again though the endpoint is deleted since`()
        async throws
    {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let path = "\(Self.path)/\(try await client.post(Self.path, body).decode(EndpointView.self).id)"
            let hourAgo = Date().addingTimeInterval(-3_600)
            let since = #"{"since":"\#(ISO8601DateFormatter().string(from: hourAgo))"}"#
            let asked = [("test", ""), ("recover", since), ("replay", since)]
            func ask() async throws -> [Answer] {
                var answers: [Answer] = []
                for (action, body) in asked {
                    let headers: HTTPFields = [.idempotencyKey: action]
                    answers.append(try await client.post("\(path)/\(action)", body, headers: headers))
                }
                return answers
            }

            let first = try await ask()
            #expect(try await client.send(.delete, path).status == 204)
            let again = try await ask()

            #expect(first.map(\.status) == [202, 202, 202])
            #expect(again.map(\.status) == [202, 202, 202] && again.map(\.body) == first.map(\.body))
            #expect(again.allSatisfy { $0.headers[.idempotentReplayed] == "true" })
            for (action, body) in asked {
                let headers: HTTPFields = [.idempotencyKey: "new"]
                #expect(try await client.post("\(path)/\(action)", body, headers: headers).status == 404)
            }
        }
    }

    @Test(arguments: ["pause", "enable", "test"])
    func `where there is nothing to say, a body that says something is refused`(action: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let id = try await client.post(Self.path, body).decode(EndpointView.self).id
            let path = "\(Self.path)/\(id)/\(action)"
            func post(_ body: String?, type: String?) async throws -> Answer {
                let headers: HTTPFields = type.map { [.contentType: $0] } ?? [:]
                return try await client.send(.post, path, headers: headers, body: body)
            }

            let form = "application/x-www-form-urlencoded"
            let fine: [(body: String?, type: String?)] = [
                (nil, nil), ("", form), ("", nil), ("{}", nil), (" {} ", "application/json"),
            ]
            for (body, type) in fine {
                #expect(try await post(body, type: type).status < 300, "\(body ?? "none")")
            }
            let told = try await post(#"{"reason":"night","until":7}"#, type: "application/json")
            #expect(told.status == 422)
            #expect(try told.pointers == ["/reason", "/until"])
            #expect(try await post("[]", type: "application/json").status == 422)
            #expect(try await post("null", type: nil).status == 422)
            #expect(try await post("a=b", type: form).status == 415)
            #expect(try await post("{", type: nil).status == 400)
            let long = String(repeating: " ", count: APILimits().jsonBytesMax + 1)
            #expect(try await post(long, type: nil).status == 413)
        }
    }

    @Test func `the catalog lists every event type`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/event-types")
            let page = try #require(
                try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            )
            let types = try #require(page["data"] as? [[String: Any]])

            #expect(types.compactMap { $0["name"] as? String } == EventType.allCases.map(\.rawValue))
            #expect(types.allSatisfy { $0["schema"] is [String: Any] && $0["version"] as? Int == 1 })
        }
    }
}
