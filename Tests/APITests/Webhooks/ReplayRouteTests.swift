import Contracts
import Foundation
import HTTPTypes
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct ReplayRouteTests {
    private static let hour = Timestamp.format(Date().addingTimeInterval(-3_600))

    /// A test message that came to a bad end at an endpoint of its own.
    private func failed(_ fixture: APIFixture, _ client: Client) async throws -> DeliveryView {
        let body = #"{"url":"https://hooks.example.com/a"}"#
        let id = try await client.post("/v1/webhook-endpoints", body).decode(EndpointView.self).id
        _ = try await client.post("/v1/webhook-endpoints/\(id)/test", "")
        let claim = try await fixture.store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]
        let attempt = NewAttempt(
            number: 1,
            outcome: .rejected,
            status: 500,
            problem: Problem(.endpointRefused, detail: "the endpoint answered 500"),
            startedAt: Date(),
            durationMs: 12,
            responseBody: Data("oops".utf8),
            responseHeaders: ["content-type": "text/plain"],
            timing: AttemptTiming(dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4),
            requestHead: "POST https://hooks.example.com/a\nwebhook-id: x"
        )
        _ = try await fixture.store.finishDelivery(claim.lease, attempt: attempt, next: .exhausted)
        return try await client.get("/v1/webhook-endpoints/\(id)/deliveries?state=exhausted")
            .decode(Page<DeliveryView>.self).data[0]
    }

    @Test func `a delivery and its message are shown in full, to their tenant`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let listed = try await failed(fixture, client)
            let delivery = try await client.get("/v1/webhook-deliveries/\(listed.id)").decode(
                DeliveryView.self
            )
            let message = try await client.get("/v1/webhook-messages/\(listed.messageId)")
                .decode(MessageView.self)
            let messages = try await client.get("/v1/webhook-messages?event_type=webhook.*&limit=1")
                .decode(Page<MessageView>.self)

            #expect(
                delivery.problem?.slug == "endpoint-refused" && delivery.attempts[0].timing?.totalMs == 12
            )
            #expect(delivery.attempts[0].request?.headers == ["webhook-id": "x"])
            #expect(delivery.attempts[0].responseHeaders == ["content-type": "text/plain"])
            #expect(delivery.payload == message.payload && message.deliveries?.map(\.id) == [listed.id])
            #expect(messages.data.map(\.id) == [listed.messageId] && messages.data[0].payload == nil)
            for path in ["/v1/webhook-deliveries/\(listed.id)", "/v1/webhook-messages/\(listed.messageId)"] {
                #expect(try await client.get(path, key: otherKey).status == 404)
            }
            #expect(try await client.get("/v1/webhook-messages", key: otherKey).text.contains(#""data":[]"#))
        }
    }

    @Test func `lists refuse filters that they do not have`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await failed(fixture, client).endpointId
            let path = "/v1/webhook-endpoints/\(id)/deliveries"

            for query in [
                "state=broken", "event_type=run.eaten", "since=yesterday", "until=1e99", "event_type=",
            ] {
                #expect(try await client.get("\(path)?\(query)").status == 422, "\(query)")
            }
            let unknown = try await client.get("\(path)?event_type=run.eaten")
            #expect(try unknown.problem.slug == "unknown-event-type")
            let since = Self.hour
            let page = try await client.get("\(path)?since=\(since)&event_type=webhook.test,run.*")
                .decode(Page<DeliveryView>.self)
            #expect(page.data.count == 1)
        }
    }

    @Test func `a message is replayed once for one idempotency key`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let delivery = try await failed(fixture, client)
            let path = "/v1/webhook-messages/\(delivery.messageId)/replay"
            let headers: HTTPFields = [.idempotencyKey: "again"]
            let first = try await client.post(path, "", headers: headers)
            let second = try await client.post(path, "", headers: headers)
            let third = try await client.post(path, #"{"endpoint_id":"\#(delivery.endpointId)"}"#)

            #expect(try first.status == 202 && first.decode(ReplayView.self).replayed == 1)
            #expect(second.body == first.body && second.headers[.idempotentReplayed] == "true")
            #expect(try third.decode(ReplayView.self).leftAlone == 1)
            let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
            #expect(due.map(\.deliveryId) == [delivery.id])
        }
    }

    @Test func `what failed is recovered from fourteen days back and no longer`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await failed(fixture, client).endpointId
            let path = "/v1/webhook-endpoints/\(id)/recover"
            func since(days: Double) -> String {
                #"{"since":"\#(Timestamp.format(Date().addingTimeInterval(-days * 86_400)))"}"#
            }
            let late = try await client.post(path, since(days: 14.1))
            let recovered = try await client.post(path, since(days: 14))
            let again = try await client.post(path, since(days: 14))

            #expect(late.status == 422)
            #expect(try late.problem.slug == "recover-too-far" && late.pointers == ["/since"])
            #expect(try recovered.decode(ReplayView.self).replayed == 1)
            #expect(try again.decode(ReplayView.self).replayed == 0)
        }
    }

    @Test func `a replay by filter says all that is wrong with it`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let id = try await failed(fixture, client).endpointId
            let path = "/v1/webhook-endpoints/\(id)/replay"
            let wrong = try await client.post(
                path,
                #"{"states":["lost"],"event_types":["x"],"until":"soon","after":"msg","limit":1001,"all":true}"#
            )
            let future = Timestamp.format(Date().addingTimeInterval(3_600))
            let backwards = try await client.post(path, #"{"since":"\#(future)","until":"\#(Self.hour)"}"#)
            let fine = try await client.post(path, #"{"since":"\#(Self.hour)","states":["exhausted"]}"#)
            let foreign = try await client.post(path, #"{"since":"\#(Self.hour)"}"#, key: otherKey)

            #expect(
                try Set(wrong.pointers) == [
                    "/since", "/states/0", "/event_types/0", "/until", "/after", "/limit", "/all",
                ]
            )
            #expect(try Set(backwards.pointers) == ["/since", "/until"])
            #expect(try fine.status == 202 && fine.decode(ReplayView.self).replayed == 1)
            #expect(foreign.status == 404)
        }
    }

    @Test func `a message whose payload is gone says where to look instead`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let run = try await client.post(
                "/v1/runs",
                #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
            )
            .decode(RunView.self)
            _ = try await client.post("/v1/runs/\(run.id)/cancel", "")
            let cancelled = try await client.get("/v1/webhook-messages?run_id=\(run.id)")
                .decode(Page<MessageView>.self).data
            let id = try #require(cancelled.first { $0.eventType == "run.cancelled" }?.id)
            try await fixture.database.pool.execute(
                "UPDATE messages SET created_at = now() - interval '40 days'"
            )
            _ = try await fixture.store.removePayloads(olderThanDays: 30, limit: 100)

            let answer = try await client.post("/v1/webhook-messages/\(id)/replay", "")

            #expect(answer.status == 410)
            #expect(try answer.problem.slug == "payload-expired")
            #expect(try answer.problem.detail.contains("GET /v1/runs/\(run.id)"))
        }
    }
}
