import Contracts
import Foundation
import HTTPTypes
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@testable import API

/// Callbacks at the address that all tasks of a provider share, and what operators see of them.
@Suite struct CallbackInboxTests {
    private static func signed(_ event: String, password: String = HookProvider.password) throws -> HTTPFields
    {
        let event = (try #require(HTTPField.Name("x-hook-event")), event)
        let signature = (try #require(HTTPField.Name("x-hook-signature")), password)
        return [event.0: event.1, signature.0: signature.1]
    }

    private static func body(_ id: String, _ status: String = "completed") -> String {
        #"{"id":"\#(id)","status":"\#(status)"}"#
    }

    private func list(_ client: Client, _ query: String = "") async throws -> [CallbackView] {
        try await client.get("/v1/ops/callbacks\(query)").decode(Page<CallbackView>.self).data
    }

    @Test func `a callback that needs no files is applied before it is answered`() async throws {
        let fixture = try await APIFixture.make()
        let (task, _, runId) = try await fixture.makeTask(provider: "hook")
        try await fixture.dispatch(as: "r1")

        try await fixture.withClient { client in
            let path = "/v1/callbacks/hook"
            let first = try await client.post(path, Self.body("r1"), key: "", headers: try Self.signed("e1"))
            let again = try await client.post(path, Self.body("r1"), key: "", headers: try Self.signed("e1"))
            let late = try await client.post(
                path,
                Self.body("r1"),
                key: "",
                headers: try Self.signed("e2")
            )
            let failed = try await client.post(
                path,
                Self.body("r1", "failed"),
                key: "",
                headers: try Self.signed("e3")
            )

            #expect(first.status == 200 && first.text == #"{"status":"applied"}"#)
            #expect(again.status == 200 && again.text == #"{"status":"duplicate"}"#)
            // About a failure the provider is asked before it is believed.
            #expect(failed.status == 202 && failed.text == #"{"status":"stored"}"#)
            #expect(late.status == 200 && late.text == #"{"status":"already_settled"}"#)
            let shown = try await list(client, "?task=\(task.id)")
            #expect(shown.map(\.result) == [nil, "already_settled", "applied"])
            #expect(shown.allSatisfy { $0.runId == runId && $0.externalId == "r1" })
            #expect(shown[2].headers["x-hook-signature"] == HookProvider.password)
            let metrics = try await client.get("/metrics").text
            #expect(
                metrics.contains(#"reelgate_callbacks_total{outcome="already_settled",provider="hook"} 1"#)
            )
        }
        #expect(try await fixture.store.task(id: task.id)?.state == .completed)
    }

    @Test func `a callback before its dispatch's reply is kept, shown, and applied on a word`() async throws {
        let fixture = try await APIFixture.make()
        let (task, _, _) = try await fixture.makeTask(provider: "hook")

        try await fixture.withClient { client in
            let early = try await client.post(
                "/v1/callbacks/hook",
                Self.body("r1"),
                key: "",
                headers: try Self.signed("e1")
            )
            #expect(early.status == 202 && early.text == #"{"status":"unmatched"}"#)
            let shown = try #require(try await list(client, "?state=unmatched&provider=hook").first)
            #expect(shown.externalId == "r1" && shown.taskId == nil && shown.body == Self.body("r1"))

            let path = "/v1/ops/callbacks/\(shown.id)/reapply"
            let refused = try await client.post(path, "")
            #expect(refused.status == 409)
            #expect(try refused.problem.detail.contains("No task has the id"))

            try await fixture.dispatch(as: "r1")
            let queued = try await client.post(path, "")
            #expect(queued.status == 202)
            #expect(try queued.decode(CallbackView.self).state == "stored")
            #expect(try await client.post(path, "").status == 409)
        }
        #expect(try await fixture.store.claimCallbacks(limit: 9, leaseSeconds: 60).map(\.taskId) == [task.id])
    }

    @Test func `what cannot be applied is kept with its reason`() async throws {
        let fixture = try await APIFixture.make()
        _ = try await fixture.makeTask(provider: "hook")
        try await fixture.dispatch(as: "r1")

        try await fixture.withClient { client in
            func send(
                _ body: String,
                _ event: String,
                password: String = HookProvider.password
            ) async throws
                -> Int
            {
                let headers = try Self.signed(event, password: password)
                return try await client.post("/v1/callbacks/hook", body, key: "", headers: headers).status
            }
            #expect(try await send(Self.body("r1"), "e1", password: "wrong") == 401)
            #expect(try await send("{}", "e2") == 422)
            #expect(try await send(Self.body("r1", "sideways"), "e3") == 422)
            #expect(try await send(Self.body("r1", "running"), "e4") == 200)
            #expect(try await send(Self.body("r1", "completed"), "e4") == 409)
            #expect(try await client.post("/v1/callbacks/worker", "{}", key: "").status == 404)
            #expect(try await client.post("/v1/callbacks/nobody", "{}", key: "").status == 404)

            let shown = try await list(client)
            #expect(shown.map(\.state) == ["quarantined", "quarantined", "rejected", "rejected"])
            #expect(
                shown.map { $0.reason ?? "" } == [
                    "another body came before under this message id", "The status is not known.",
                    "it does not say which task it is about", "wrong password",
                ]
            )
            let rejected = try await client.post("/v1/ops/callbacks/\(shown[3].id)/reapply", "")
            #expect(try rejected.problem.detail.contains("did not verify"))
            #expect(try await client.post("/v1/ops/callbacks/\(shown[0].id)/reapply", "").status == 202)
            #expect(try await client.get("/v1/ops/callbacks?state=other").status == 422)
            for query in ["task=a%00b", "provider=%00"] {
                let refused = try await client.get("/v1/ops/callbacks?\(query)")
                #expect(refused.status == 422)
                let name = query.prefix { $0 != "=" }
                #expect(try refused.problem.errors?.map(\.pointer) == ["?\(name)"])
            }
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains(#"reelgate_callbacks{state="rejected"} 2"#))
        }
    }

    @Test func `a name counts for more than the token, which all attempts share`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask(provider: "hook")
        let store = fixture.store
        let first = try #require(try await store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        #expect(try await store.taskDispatched(first.lease, externalId: "r1", nextPollMs: 0))
        let polled = try #require(try await store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        #expect(try await store.taskLost(polled.lease, problem: Problem(.providerLostTask, detail: "")))

        try await fixture.withClient { client in
            func send(_ body: String, _ event: String) async throws -> String {
                let path = "/v1/callbacks/hook/\(token)"
                return try await client.post(path, body, key: "", headers: try Self.signed(event)).text
            }
            // Before the new attempt is dispatched, and after it.
            #expect(try await send(Self.body("r1"), "e1") == #"{"status":"unmatched"}"#)
            try await fixture.database.pool.execute("UPDATE tasks SET next_action_at = now()")
            try await fixture.dispatch(as: "r2")
            #expect(try await send(Self.body("r1"), "e2") == #"{"status":"unmatched"}"#)
            let other = #"{"id":"r2","output":"out_b","status":"completed"}"#
            #expect(try await send(other, "e3").contains("kept for operators"))
            #expect(try await store.task(id: task.id)?.state == .dispatched)
            // One that names nothing is about the task of the token.
            #expect(try await send(#"{"status":"running"}"#, "e4") == #"{"status":"progress"}"#)

            #expect(try await send(Self.body("r2"), "e5") == #"{"status":"applied"}"#)
            let shown = try await list(client, "?state=quarantined")
            #expect(shown.map(\.reason) == ["It is about another short."])
        }
        #expect(try await store.task(id: task.id)?.state == .completed)
        #expect(try await store.claimCallbacks(limit: 9, leaseSeconds: 60).isEmpty)
    }

    @Test func `the inbox is shown to operators only, page by page`() async throws {
        let fixture = try await APIFixture.make()
        let reader = try await APIFixture.makeKey(
            fixture.store,
            tenantId: fixture.tenantId,
            scopes: [.runsRead]
        )

        try await fixture.withClient { client in
            for number in 0..<3 {
                _ = try await client.post("/v1/callbacks/hook", "\(number)", key: "")
            }
            #expect(try await client.get("/v1/ops/callbacks", key: reader).status == 403)
            let first = try await client.get("/v1/ops/callbacks?limit=2").decode(Page<CallbackView>.self)
            #expect(first.data.map(\.body) == ["2", "1"] && first.hasMore)
            let next = try #require(first.next)
            let second = try await client.get("/v1/ops/callbacks?limit=2&after=\(next)")
            #expect(try second.decode(Page<CallbackView>.self).data.map(\.body) == ["0"])
        }
    }
}
