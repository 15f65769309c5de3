import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// What the owner of an endpoint sets, and what is held for one that is not enabled.
@Suite struct EndpointStoreTests {
    @Test func `a filter is kept as it was written and found by the types that it stands for`() async throws {
        let fixture = try await Fixture.make()
        let groups = try await fixture.addEndpoint(["run.*", "output.failed"])
        let every = try await fixture.addEndpoint(["run.started", "*"])
        let none = try await fixture.addEndpoint(["delivery.*"])

        _ = try await fixture.startRun()

        #expect(groups.eventTypes == ["run.*", "output.failed"])
        #expect(every.eventTypes == ["run.started", "*"])
        #expect(none.eventTypes == ["delivery.*"])
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(Set(due.map(\.endpointId)) == [groups.id, every.id])
    }

    @Test func `a filter knows its types, its groups and what it does not know`() {
        let filter = EventFilter(["run.*", "output.failed", "run.*"])

        #expect(filter.patterns == ["run.*", "output.failed"])
        #expect(filter.matches("run.started") && filter.matches("run.of_tomorrow"))
        #expect(!filter.matches("output.rendered") && !filter.matches("runner.x"))
        #expect(filter.expanded.contains("run.*") && filter.expanded.contains("run.cancelled"))
        #expect(EventFilter(["*"]).expanded.isEmpty && EventFilter([]).matches("whatever"))
        #expect(EventFilter.isKnown("webhook.*") && EventFilter.isKnown("*"))
        #expect(
            !EventFilter.isKnown("run.") && !EventFilter.isKnown("*.started") && !EventFilter.isKnown("r.*")
        )
    }

    @Test func `a change keeps what it does not name, and belongs to the tenant`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.*"])
        let other = try await fixture.store.createTenant(name: "other")

        let changed = try await fixture.store.updateEndpoint(
            tenantId: fixture.tenantId,
            id: endpoint.id
        ) { settings in
            settings.headers = ["x-Team_1": "Bearer a"]
            settings.ratePerSecond = 7
            settings.ordering = .run
        }

        #expect(changed?.eventTypes == ["run.*"] && changed?.url == endpoint.url)
        #expect(changed?.headers == ["x-Team_1": "Bearer a"])
        #expect(changed?.ratePerSecond == 7 && changed?.inFlightMax == nil && changed?.ordering == .run)
        #expect(changed.map { $0.updatedAt > endpoint.updatedAt } == true)
        let foreign = try await fixture.store.updateEndpoint(tenantId: other, id: endpoint.id) {
            $0.url = "x"
        }
        #expect(foreign == nil)
        _ = try await fixture.startRun()
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.headers) == [["x-Team_1": "Bearer a"]])
    }

    @Test func `what happens while an endpoint is paused is held and goes out when it is enabled`()
        async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["output.*", "delivery.*"])
        let (_, tasks) = try await fixture.render(shorts: 1)
        let paused = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: endpoint.id)

        #expect(try await fixture.rendered(tasks[0]) == .applied)

        #expect(paused?.state == .paused)
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
        let held = try await fixture.store.deliveries(
            tenantId: fixture.tenantId,
            endpointId: endpoint.id,
            limit: 10,
            after: nil
        )
        #expect(held.data.map(\.isHeld) == [true, true])
        let enabled = try await fixture.store.enableEndpoint(tenantId: fixture.tenantId, id: endpoint.id)
        #expect(enabled?.state == .enabled)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.eventType) == ["output.rendered", "delivery.completed"])
    }

    @Test func `accepted runs are told of to whoever is paused, disabled or reads the feed`() async throws {
        let fixture = try await Fixture.make()
        let (paused, disabled) = (try await fixture.addEndpoint(), try await fixture.addEndpoint(["run.*"]))
        _ = try await fixture.addEndpoint(["output.*"])
        try await fixture.database.pool.execute(
            """
            UPDATE endpoints
            SET state = CASE WHEN id = \(paused.id) THEN 'paused' ELSE 'disabled' END,
                disabled_reason = CASE WHEN id <> \(paused.id) THEN 'why' END
            """
        )
        let other = try await fixture.store.createTenant(name: "other")
        try await fixture.store.noteFeedRead(tenantId: other)
        var foreign = fixture.newRun()
        foreign.tenantId = other

        let runs = [
            try await fixture.startRun(),
            try await fixture.start(foreign),
        ]

        let told = try await fixture.database.pool.query(
            """
            SELECT d.endpoint_id
            FROM deliveries d
            JOIN messages m ON m.id = d.message_id
            WHERE m.run_id = \(runs[0]) AND d.state = 'pending' AND d.lease_token IS NULL
            """
        ).map { try $0.get("endpoint_id", as: String.self) }
        #expect(Set(told) == [paused.id, disabled.id])
        let messages = try await fixture.store.messages(tenantId: other, limit: 10, after: nil).data
        #expect(messages.map(\.eventType) == ["run.started"] && messages[0].runId == runs[1])
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `an endpoint that was disabled has what came meanwhile, without word of its own disabling`()
        async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let (_, tasks) = try await fixture.render(shorts: 1)
        try await fixture.deliver(.rejected, next: .disableEndpoint(reason: "410 Gone"))
        let pausedNow = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: endpoint.id)

        #expect(try await fixture.rendered(tasks[0]) == .applied)

        #expect(pausedNow?.state == .disabled && pausedNow?.disabledReason == "410 Gone")
        let enabled = try await fixture.store.enableEndpoint(tenantId: fixture.tenantId, id: endpoint.id)
        #expect(enabled?.disabledReason == nil && enabled?.failingSince == nil)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).map(\.eventType)
        #expect(due == ["output.rendered", "delivery.completed"])
    }

    @Test func `a delivery shows what was sent and answered, and how long each part took`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        try await fixture.deliver(.rejected, next: .retry(afterMs: 60_000))
        let store = fixture.store
        let listed = try await store.deliveries(
            tenantId: fixture.tenantId,
            endpointId: endpoint.id,
            limit: 10,
            after: nil
        ).data[0]

        let delivery = try await store.delivery(tenantId: fixture.tenantId, id: listed.id)

        #expect(listed.attempts[0].request == nil && listed.payload == nil)
        #expect(listed.problem?.slug == "endpoint-refused")
        let attempt = try #require(delivery?.attempts.first)
        #expect(attempt.request?.method == "POST" && attempt.request?.url == "https://hooks.example.com/a")
        #expect(attempt.request?.headers == ["webhook-id": "msg_1", "authorization": "(hidden)"])
        #expect(attempt.responseHeaders == ["retry-after": "5"] && attempt.responseBody == "down")
        #expect(
            attempt.timing
                == AttemptView.Timing(dnsMs: 3, connectMs: 11, tlsMs: 24, firstByteMs: 45, totalMs: 84)
        )
        #expect(delivery?.payload?.contains("run.started") == true)
        let other = try await store.createTenant(name: "other")
        #expect(try await store.delivery(tenantId: other, id: listed.id) == nil)
        #expect(try await store.message(tenantId: other, id: listed.messageId) == nil)
    }

    @Test func `deliveries are found by state, type and time`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.*", "output.*"])
        let (_, tasks) = try await fixture.render(shorts: 1)
        try await fixture.deliver()
        #expect(try await fixture.rendered(tasks[0]) == .applied)
        func found(_ selection: DeliverySelection) async throws -> [String] {
            try await fixture.store.deliveries(
                tenantId: fixture.tenantId,
                endpointId: endpoint.id,
                selection: selection,
                limit: 10,
                after: nil
            ).data.map(\.eventType)
        }

        #expect(try await found(DeliverySelection(state: .pending)) == ["output.rendered"])
        #expect(try await found(DeliverySelection(state: .exhausted)).isEmpty)
        #expect(
            try await found(DeliverySelection(filter: EventFilter(["run.*"]))) == [
                "run.analysis_completed", "run.started",
            ]
        )
        #expect(try await found(DeliverySelection(since: Date().addingTimeInterval(60))).isEmpty)
        #expect(try await found(DeliverySelection(until: Date().addingTimeInterval(60))).count == 3)
    }
}
