import Contracts
import HTTPTypes
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct OpsTests {
    @Test func `what does not move is told with its reason, of all tenants`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (task, _, runId) = try await fixture.makeTask()
            let quiet = try await client.get("/v1/ops/stuck").decode(StuckList.self)
            #expect(quiet.data.isEmpty && quiet.olderThanSeconds == 900 && !quiet.isTruncated)
            try await fixture.database.pool.execute(
                "UPDATE tasks SET created_at = now() - interval '20 minutes'"
            )

            let answer = try await client.get("/v1/ops/stuck", key: fixture.otherKey)
            let found = try answer.decode(StuckList.self).data
            #expect(found.map(\.id) == [task.id])
            #expect(found.first?.kind == .task && found.first?.runId == runId)
            #expect(found.first?.reason == "the provider has not taken the task yet")
            let later = try await client.get("/v1/ops/stuck?older_than_seconds=3600").decode(StuckList.self)
            #expect(later.data.isEmpty)
            #expect(try await client.get("/v1/ops/stuck?older_than_seconds=-1").status == 422)
        }
    }

    @Test func `reconciling makes live tasks due`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (task, _, runId) = try await fixture.makeTask()
            func reconcile(_ body: String) async throws -> Answer {
                try await fixture.database.pool.execute(
                    "UPDATE tasks SET next_action_at = now() + interval '1 hour'"
                )
                return try await client.post("/v1/ops/reconcile", body)
            }

            for body in [#"{"run_id":"\#(runId)"}"#, #"{"provider":"worker"}"#, #"{"all":true}"#] {
                let receipt = try await reconcile(body).decode(ReconcileReceipt.self)
                #expect(receipt.tasks == 1 && receipt.callbacks == 0, "\(body)")
                let due = try await fixture.store.claimDueTasks(limit: 5, leaseSeconds: 0)
                #expect(due.map(\.task.id) == [task.id])
            }
            #expect(try await reconcile(#"{"run_id":"\#(ResourceID.make(.run))"}"#).status == 404)
        }
    }

    @Test(arguments: [
        "{}", #"{"all":false}"#, #"{"all":true,"provider":"worker"}"#, #"{"provider":"nobody"}"#, "[]",
        #"{"run_id":7}"#, #"{"all":true,"more":1}"#,
    ])
    func `a scope that is not one of the three is refused`(_ body: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.post("/v1/ops/reconcile", body)

            #expect(answer.status == 422)
        }
    }

    @Test func `only the scope ops opens these routes`() async throws {
        let fixture = try await APIFixture.make()
        let scopes = Scope.allCases.filter { $0 != .ops }
        let key = try await APIFixture.makeKey(fixture.store, tenantId: fixture.tenantId, scopes: scopes)

        try await fixture.withClient { client in
            let stuck = try await client.get("/v1/ops/stuck", key: key)
            let reconciled = try await client.post("/v1/ops/reconcile", #"{"all":true}"#, key: key)

            #expect(stuck.status == 403)
            #expect(reconciled.status == 403)
        }
    }
}
