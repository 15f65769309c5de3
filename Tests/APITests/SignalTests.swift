import Contracts
import Foundation
import HTTPTypes
import Pipeline
import Postgres
import Providers
import Signatures
import Store
import TestSupport
import Testing

@testable import API

/// Callbacks of hosted providers, which only make the runtime ask.
@Suite struct SignalTests {
    private static func shown(_ secret: String) throws -> HTTPFields {
        [try #require(HTTPField.Name("x-hosted-secret")): secret]
    }

    private static func secret(_ token: String) -> String {
        APIFixture.callbackSecrets.secret(provider: "hosted", token: token).reveal()
    }

    private func dispatched() async throws -> (fixture: APIFixture, task: TaskRecord, token: String) {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask(provider: "hosted")
        try await fixture.dispatch(as: "j1")
        return (fixture, task, token)
    }

    private func nextActionMs(_ fixture: APIFixture, _ task: TaskRecord) async throws -> Int {
        try await fixture.database.pool.query(
            "SELECT (extract(epoch FROM next_action_at - now()) * 1000)::bigint AS ms FROM tasks WHERE id = \(task.id)"
        )[0].get("ms")
    }

    @Test func `a signal is stored and answered with 200, and changes nothing by itself`() async throws {
        let (fixture, task, token) = try await dispatched()
        try await fixture.withClient { client in
            let headers = try Self.shown(Self.secret(token))
            let path = "/v1/callbacks/hosted/\(token)?event=e1"
            let first = try await client.post(path, "{}", key: "", headers: headers)
            let again = try await client.post(path, "{}", key: "", headers: headers)
            #expect(first.status == 200 && first.text == #"{"status":"stored"}"#)
            #expect(again.status == 200 && again.text == #"{"status":"duplicate"}"#)
        }
        let stored = try #require(try await fixture.store.claimCallbacks(limit: 2, leaseSeconds: 60).first)
        #expect(stored.trust == "secret" && stored.query == "event=e1" && stored.taskId == task.id)
        #expect(try await fixture.store.task(id: task.id)?.state == .dispatched)
    }

    @Test func `a wrong secret is refused, kept, and makes the provider be asked`() async throws {
        let (fixture, task, token) = try await dispatched()
        #expect(try await nextActionMs(fixture, task) > 50_000)
        try await fixture.withClient { client in
            let other = Self.secret("another task's token")
            for headers in [try Self.shown(other), try Self.shown(""), HTTPFields()] {
                let refused = try await client.post(
                    "/v1/callbacks/hosted/\(token)",
                    #"{"status":"failed"}"#,
                    key: "",
                    headers: headers
                )
                #expect(refused.status == 401)
            }
            let kept = try await client.get("/v1/ops/callbacks?state=rejected").decode(
                Page<CallbackView>.self
            )
            #expect(kept.data.count == 3 && kept.data.allSatisfy { $0.taskId == task.id })
            // No secret of anybody is kept with it.
            #expect(kept.data.allSatisfy { $0.headers["x-hosted-secret"] == nil })
        }
        #expect(try await fixture.store.task(id: task.id)?.state == .dispatched)
        #expect(try await nextActionMs(fixture, task) <= 0)
        #expect(try await fixture.store.claimCallbacks(limit: 5, leaseSeconds: 60).isEmpty)
    }

    @Test func `a secret is of one provider's task, and an address of one provider`() async throws {
        let (fixture, _, token) = try await dispatched()
        try await fixture.withClient { client in
            let headers = try Self.shown(Self.secret(token))
            let elsewhere = try await client.post("/v1/callbacks/hosted", "{}", key: "", headers: headers)
            let unknown = try await client.post(
                "/v1/callbacks/hosted/unknown-token",
                "{}",
                key: "",
                headers: try Self.shown(Self.secret("unknown-token"))
            )
            #expect(elsewhere.status == 404)
            #expect(unknown.status == 404)
        }
    }

    @Test func `a callback of several megabytes is taken whole, and a longer one than may be is not`()
        async throws
    {
        let (fixture, task, token) = try await dispatched()
        #expect(try await nextActionMs(fixture, task) > 50_000)
        let long = String(repeating: "w", count: 6 << 20)
        try await fixture.withClient { client in
            let headers = try Self.shown(Self.secret(token))
            let path = "/v1/callbacks/hosted/\(token)"
            let taken = try await client.post(path, long, key: "", headers: headers)
            #expect(taken.status == 200)
            let beyond = String(repeating: "w", count: 8 << 20) + "w"
            #expect(try await client.post(path, beyond, key: "", headers: headers).status == 413)
            let kept = try await client.get("/v1/ops/callbacks?state=rejected").decode(
                Page<CallbackView>.self
            )
            #expect(kept.data.map(\.reason) == ["its body is longer than \(8 << 20) bytes"])
            #expect(kept.data.map(\.taskId) == [task.id] && kept.data.map(\.bodyBytes) == [0])
        }
        let stored = try #require(try await fixture.store.claimCallbacks(limit: 1, leaseSeconds: 60).first)
        #expect(stored.body.count == long.utf8.count)
        // What it said may be the provider's, so that is asked.
        #expect(try await nextActionMs(fixture, task) <= 0)
    }

    @Test func `another body under a known message id, and an id that is too long, are refused and kept`()
        async throws
    {
        let (fixture, task, token) = try await dispatched()
        try await fixture.withClient { client in
            func send(_ event: String, _ body: String) async throws -> Int {
                let headers = try Self.shown(Self.secret(token))
                let path = "/v1/callbacks/hosted/\(token)?event=\(event)"
                return try await client.post(path, body, key: "", headers: headers).status
            }
            let longest = String(repeating: "e", count: CallbackRoutes.messageIdBytesMax)
            #expect(try await send("e1", "a") == 200)
            #expect(try await send("e1", "b") == 409)
            #expect(try await send(longest, "c") == 200)
            #expect(try await send(longest + "e", "d") == 422)
            let kept = try await client.get("/v1/ops/callbacks").decode(Page<CallbackView>.self).data
                .filter { $0.state != "stored" }
            #expect(kept.map(\.state) == ["rejected", "quarantined"] && kept.map(\.body) == ["d", "b"])
            #expect(kept.allSatisfy { $0.taskId == task.id })
            #expect(
                kept.map(\.reason) == [
                    "the id of its message is longer than 255 bytes",
                    "another body came before under this message id",
                ]
            )
        }
    }

    @Test func `a few long callbacks have places, one more is asked to come again`() async throws {
        let places = StreamSlots(countMax: CallbackRoutes.largeBodiesMax)
        let held = (0..<CallbackRoutes.largeBodiesMax).map { _ in places.take() }
        #expect(held.allSatisfy { $0 != nil } && places.take() == nil)
        held.first??.release()
        #expect(places.take() != nil)
    }
}
