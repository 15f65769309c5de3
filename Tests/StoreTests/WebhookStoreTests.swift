import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct WebhookStoreTests {
    private func addEndpoint(
        _ fixture: Fixture,
        types: [String] = [],
        url: String = "https://a.test/h"
    ) async throws
        -> EndpointRecord
    {
        let outcome = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: url,
            eventTypes: types,
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { view in
            StoredResponse(status: 201, headers: [:], body: Data(view.id.utf8))
        }
        guard case .fresh(let response) = outcome,
            let endpoint = try await fixture.store.endpoint(
                tenantId: fixture.tenantId,
                id: String(decoding: response.body, as: UTF8.self)
            )
        else { throw FixtureError.unexpected }
        return endpoint
    }

    private func attempt(_ number: Int, _ outcome: NewAttempt.Outcome = .delivered) -> NewAttempt {
        NewAttempt(
            number: number,
            outcome: outcome,
            status: 200,
            problem: nil,
            startedAt: Date(timeIntervalSince1970: 1),
            durationMs: 5,
            responseBody: Data(repeating: 65, count: 20_000),
            responseHeaders: ["a": "b"]
        )
    }

    @Test func `each endpoint gets the events that it wants, with bytes fixed at the commit`() async throws {
        let fixture = try await Fixture.make()
        let all = try await addEndpoint(fixture)
        _ = try await addEndpoint(fixture, types: ["run.failed"], url: "https://b.test/h")
        let id = try await fixture.startRun()

        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)

        #expect(due.map(\.endpointId) == [all.id])
        #expect(due[0].eventType == "run.started" && due[0].attemptNumber == 1)
        #expect(due[0].keys == [SigningKey(secret: "whsec_x")])
        let envelope = try WireJSON.decode(EventEnvelope.self, from: due[0].payload)
        #expect(envelope.type == .runStarted && envelope.data.run?.id == id)
        #expect(envelope.data.run?.jobs == nil)
        #expect(envelope.id == due[0].messageId && envelope.data.links?.run == "/v1/runs/\(id)")
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `the messages of a run are claimed in their order`() async throws {
        let fixture = try await Fixture.make()
        _ = try await addEndpoint(fixture)
        let (_, tasks) = try await fixture.render(shorts: 4)
        for (index, task) in tasks.enumerated() {
            #expect(try await fixture.rendered(task, clip: "clip-0\(index + 1)") == .applied)
        }

        var types: [String] = []
        while true {
            let due = try await fixture.store.claimDeliveries(limit: 3, leaseSeconds: 600)
            if due.isEmpty { break }
            types += due.map(\.eventType)
        }

        let rendered = Array(repeating: "output.rendered", count: 4)
        #expect(types == ["run.started", "run.analysis_completed"] + rendered + ["delivery.completed"])
    }

    @Test func `a delivery is tried again after its delay and then done`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await addEndpoint(fixture)
        _ = try await fixture.startRun()
        let store = fixture.store

        let first = try await store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]
        #expect(
            try await store.finishDelivery(
                first.lease,
                attempt: attempt(1, .rejected),
                next: .retry(afterMs: 60_000)
            )
        )
        #expect(try await store.claimDeliveries(limit: 1, leaseSeconds: 30).isEmpty)
        try await fixture.skipDelays()
        let second = try await store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]
        #expect(second.attemptNumber == 2 && second.payload == first.payload)
        #expect(try await !store.finishDelivery(first.lease, attempt: attempt(1), next: .exhausted))
        #expect(try await store.finishDelivery(second.lease, attempt: attempt(2), next: .done))
        try await fixture.skipDelays()
        #expect(try await store.claimDeliveries(limit: 1, leaseSeconds: 30).isEmpty)

        let page = try await store.deliveries(
            tenantId: fixture.tenantId,
            endpointId: endpoint.id,
            limit: 10,
            after: nil
        )
        #expect(page.data.map(\.state) == ["delivered"])
        #expect(page.data[0].attempts.map(\.outcome) == ["rejected", "delivered"])
        #expect(page.data[0].attempts[0].responseBody?.utf8.count == NewAttempt.responseBodyBytesMax)
        #expect(page.data[0].nextAttemptAt == nil)
    }

    @Test func `an endpoint that wants no more is disabled once and its messages wait`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await addEndpoint(fixture)
        let watcher = try await addEndpoint(fixture, types: ["endpoint.disabled"], url: "https://b.test/h")
        _ = try await fixture.startRun()
        _ = try await fixture.startRun()
        let store = fixture.store
        let first = try await store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]

        #expect(
            try await store.finishDelivery(
                first.lease,
                attempt: attempt(1, .rejected),
                next: .disableEndpoint(reason: "410 Gone")
            )
        )

        let disabled = try await store.endpoint(tenantId: fixture.tenantId, id: endpoint.id)
        #expect(disabled?.isEnabled == false && disabled?.disabledReason == "410 Gone")
        let due = try await store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.endpointId) == [watcher.id])
        #expect(due.map(\.eventType) == ["endpoint.disabled"])
        #expect(try await store.enqueueTest(tenantId: fixture.tenantId, endpointId: endpoint.id) == nil)
        #expect(
            try await store.enableEndpoint(tenantId: fixture.tenantId, id: endpoint.id)?.isEnabled == true
        )
        #expect(
            try await store.claimDeliveries(limit: 10, leaseSeconds: 30).map(\.endpointId) == [endpoint.id]
        )
    }

    @Test func `a test goes to its endpoint only, whatever that subscribed to`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await addEndpoint(fixture, types: ["run.failed"])
        _ = try await addEndpoint(fixture, url: "https://b.test/h")

        let messageId = try await fixture.store.enqueueTest(
            tenantId: fixture.tenantId,
            endpointId: endpoint.id
        )

        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.messageId) == [messageId])
        #expect(due.map(\.endpointId) == [endpoint.id])
        #expect(!String(decoding: due[0].payload, as: UTF8.self).contains("whsec_x"))
    }

    @Test func `concurrent claims never hand out a delivery twice`() async throws {
        let fixture = try await Fixture.make()
        _ = try await addEndpoint(fixture)
        for _ in 0..<40 { _ = try await fixture.startRun() }
        let store = fixture.store

        let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var ids: [String] = []
                    for _ in 0..<20 {
                        ids += try await store.claimDeliveries(limit: 5, leaseSeconds: 30).map(\.deliveryId)
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(claimed.count == 40 && Set(claimed).count == 40)
    }

    @Test func `an endpoint belongs to its tenant`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await addEndpoint(fixture)
        let other = try await fixture.store.createTenant(name: "other")

        #expect(try await fixture.store.endpoint(tenantId: other, id: endpoint.id) == nil)
        #expect(try await !fixture.store.deleteEndpoint(tenantId: other, id: endpoint.id))
        #expect(try await fixture.store.deleteEndpoint(tenantId: fixture.tenantId, id: endpoint.id))
        #expect(
            try await fixture.store.endpoints(tenantId: fixture.tenantId, limit: 1, after: nil).data.isEmpty
        )
    }
}
