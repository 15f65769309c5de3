import Contracts
import Foundation
import HTTPTypes
import Postgres
import Signatures
import Store
import TestSupport
import Testing

@testable import API

@Suite struct CallbackTests {
    private static func signed(
        _ body: String,
        id: String = "cb_1",
        secret: WebhookSecret = APIFixture.workerSecret,
        age: Int64 = 0
    ) -> HTTPFields {
        let timestamp = Int64(Date().timeIntervalSince1970) - age
        let signature = WebhookSignature.sign(
            id: id,
            timestamp: timestamp,
            body: Array(body.utf8),
            secret: secret
        )
        return [.webhookId: id, .webhookTimestamp: String(timestamp), .webhookSignature: signature]
    }

    private static func report(_ taskId: String) throws -> String {
        let report = TaskReport(taskId: taskId, attempt: 1, state: .completed, progress: 1)
        return String(decoding: try WireJSON.encode(report), as: UTF8.self)
    }

    @Test func `a signed callback is stored before it is answered, and once`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask()
        let body = try Self.report(task.id)

        try await fixture.withClient { client in
            let path = "/v1/callbacks/worker/\(token)"
            let first = try await client.post(path, body, key: "", headers: Self.signed(body))
            let again = try await client.post(path, body, key: "", headers: Self.signed(body))

            #expect(first.status == 202)
            #expect(again.status == 200)
            #expect(again.text == #"{"status":"duplicate"}"#)
        }
        let stored = try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 60)
        #expect(stored.map(\.taskId) == [task.id])
        #expect(stored.map(\.body) == [Data(body.utf8)])
    }

    @Test func `what is about no task, or cannot be checked now, is stored nowhere`() async throws {
        let fixture = try await APIFixture.make()
        let name = try #require(HTTPField.Name("x-hook-signature"))

        try await fixture.withClient { client in
            let settled = try await client.post(
                "/v1/callbacks/hook",
                "{}",
                key: "",
                headers: [name: "subscription"]
            )
            let undecided = try await client.post(
                "/v1/callbacks/hook",
                "{}",
                key: "",
                headers: [name: "unknown key"]
            )

            #expect(settled.status == 200)
            #expect(settled.text == #"{"status":"settled"}"#)
            #expect(undecided.status == 503)
            #expect(try undecided.problem.slug == "unavailable")
        }
        let stored = try await fixture.database.pool.query("SELECT id FROM callbacks")
        #expect(stored.isEmpty)
    }

    @Test func `forged, unsigned and old callbacks are refused and kept apart`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask()
        let body = try Self.report(task.id)

        try await fixture.withClient { client in
            let path = "/v1/callbacks/worker/\(token)"
            let forged = try await client.post(
                path,
                body,
                key: "",
                headers: Self.signed(body, secret: .generate())
            )
            let unsigned = try await client.post(path, body, key: "")
            let old = try await client.post(path, body, key: "", headers: Self.signed(body, age: 301))
            let changed = try await client.post(path, body + " ", key: "", headers: Self.signed(body))
            for answer in [forged, unsigned, old, changed] {
                #expect(answer.status == 401)
                #expect(try answer.problem.slug == "invalid-signature")
            }
            // The forger used the id of the genuine message, which must be no hindrance to it.
            let genuine = try await client.post(path, body, key: "", headers: Self.signed(body))
            #expect(genuine.status == 202)
        }
        #expect(try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 60).count == 1)
        let rejected = try await fixture.database.pool.query(
            "SELECT reason FROM callbacks WHERE state = 'rejected' ORDER BY id"
        )
        #expect(rejected.count == 4)
    }

    @Test func `another body under the same id, and a token of no task, are refused`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask()
        let body = try Self.report(task.id)

        try await fixture.withClient { client in
            let path = "/v1/callbacks/worker/\(token)"
            _ = try await client.post(path, body, key: "", headers: Self.signed(body))
            let other = try await client.post(path, "{}", key: "", headers: Self.signed("{}"))
            let nobody = try await client.post(
                "/v1/callbacks/worker/unknown",
                body,
                key: "",
                headers: Self.signed(body)
            )

            let id = String(repeating: "i", count: 256)
            let long = try await client.post(path, body, key: "", headers: Self.signed(body, id: id))

            #expect(long.status == 422)
            #expect(other.status == 409)
            #expect(nobody.status == 404)
        }
    }

    @Test func `a callback that is too large is refused`() async throws {
        let fixture = try await APIFixture.make { $0.limits.callbackBytesMax = 64 }
        let (_, token, _) = try await fixture.makeTask()
        let body = String(repeating: " ", count: 65)

        try await fixture.withClient { client in
            let answer = try await client.post(
                "/v1/callbacks/worker/\(token)",
                body,
                key: "",
                headers: Self.signed(body)
            )

            #expect(answer.status == 413)
        }
    }
}
