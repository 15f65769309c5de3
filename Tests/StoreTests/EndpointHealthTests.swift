import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

/// Time passes by moving what is noted of the endpoint into the past.
@Suite struct EndpointHealthTests {
    @Test func `successes of an endpoint that is well write nothing about it`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        let before = try await version(fixture, id)

        for _ in 0..<3 { try await attempt(fixture, id, .delivered) }

        #expect(try await version(fixture, id) == before)
    }

    @Test func `a failure is noted once an hour, and a success forgets all of them`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)

        try await attempt(fixture, id, .rejected)
        let first = try await version(fixture, id)
        #expect(try await hours(fixture, id) == 1)
        try await attempt(fixture, id, .unknown)
        #expect(try await version(fixture, id) == first)
        try await pass(hours: 2, fixture)
        try await attempt(fixture, id, .rejected)
        #expect(try await hours(fixture, id) == 2)

        try await attempt(fixture, id, .delivered)

        #expect(try await hours(fixture, id) == 0)
        let rows = try await fixture.database.pool.query(
            "SELECT failing_since, failed_at FROM endpoints WHERE id = \(id)"
        )
        #expect(try rows[0].get("failing_since", as: Date?.self) == nil)
        #expect(try rows[0].get("failed_at", as: Date?.self) == nil)
    }

    @Test func `five days of failure disable the endpoint once, and tell the others once`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        let watcher = try await addEndpoint(fixture, types: ["endpoint.disabled"])

        for _ in 0..<10 {
            try await attempt(fixture, id, .rejected)
            try await pass(hours: 12, fixture)
        }
        #expect(try await state(fixture, id) == "enabled")
        let inFlight = try await claims(of: id, count: 2, fixture)
        try await pass(hours: 1, fixture)
        for claim in inFlight { try await finish(fixture, claim, .rejected) }

        #expect(try await state(fixture, id) == "disabled")
        let endpoint = try await fixture.store.endpoint(tenantId: fixture.tenantId, id: id)
        #expect(endpoint?.disabledReason == "every attempt has failed for 5 days")
        #expect(try await notices(fixture) == 1)
        let told = try await claims(of: watcher, count: 1, fixture)
        #expect(told.map(\.eventType) == ["endpoint.disabled"])
    }

    @Test func `a handful of attempts after a long silence disables nothing`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        for _ in 0..<4 {
            try await attempt(fixture, id, .rejected)
            try await pass(hours: 2, fixture)
        }
        try await pass(hours: 24 * 20, fixture)

        for _ in 0..<20 { try await attempt(fixture, id, .rejected) }

        #expect(try await state(fixture, id) == "enabled")
        #expect(try await hours(fixture, id) == 1)
    }

    @Test func `few failures in five days disable nothing`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)

        for _ in 0..<6 {
            try await attempt(fixture, id, .rejected)
            try await pass(hours: 30, fixture)
        }

        #expect(try await state(fixture, id) == "enabled")
    }

    @Test func `an endpoint that is enabled again begins anew, and has what waited`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        try await attempt(fixture, id, .rejected)
        let gone = try await claims(of: id, count: 1, fixture)
        _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id)
        try await finish(fixture, gone[0], .rejected, .disableEndpoint(reason: "410 Gone"))
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
        // With nobody else to be told, the message is there all the same.
        #expect(try await notices(fixture) == 1)

        #expect(try await fixture.store.enableEndpoint(tenantId: fixture.tenantId, id: id)?.isEnabled == true)

        #expect(try await hours(fixture, id) == 0)
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).count == 1)
    }

    @Test func `a message that was accepted may end its endpoint too`() async throws {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        let claim = try await claims(of: id, count: 1, fixture)[0]

        try await finish(fixture, claim, .delivered, .disableEndpoint(reason: "asked", isDelivered: true))

        #expect(try await state(fixture, id) == "disabled")
        let page = try await fixture.store.deliveries(
            tenantId: fixture.tenantId,
            endpointId: id,
            limit: 10,
            after: nil
        )
        #expect(page.data.map(\.state) == ["delivered"])
    }

    @Test func `an address that the endpoint has left disables nothing, and its message goes to the new one`()
        async throws
    {
        let fixture = try await Fixture.make()
        let id = try await addEndpoint(fixture)
        let claim = try await claims(of: id, count: 1, fixture)[0]
        try await fixture.database.pool.execute("UPDATE endpoints SET url = 'https://new.example.com/'")

        try await finish(fixture, claim, .rejected, .disableEndpoint(reason: "410 Gone"))

        #expect(try await state(fixture, id) == "enabled")
        #expect(try await hours(fixture, id) == 0)
        let again = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(again.map(\.url) == ["https://new.example.com/"] && again.map(\.attemptNumber) == [2])
    }

    // MARK: Steps

    private func addEndpoint(_ fixture: Fixture, types: [String] = ["run.failed"]) async throws -> String {
        let outcome = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://a.test/h",
            eventTypes: types,
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { StoredResponse(status: 201, headers: [:], body: Data($0.id.utf8)) }
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }

    /// One message that is attempted once.
    private func attempt(_ fixture: Fixture, _ id: String, _ outcome: NewAttempt.Outcome) async throws {
        try await finish(fixture, claims(of: id, count: 1, fixture)[0], outcome)
    }

    private func claims(of id: String, count: Int, _ fixture: Fixture) async throws -> [ClaimedDelivery] {
        for _ in 0..<count {
            _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id)
        }
        let claimed = try await fixture.store.claimDeliveries(limit: 100, leaseSeconds: 30)
        return Array(claimed.filter { $0.endpointId == id }.prefix(count))
    }

    private func finish(
        _ fixture: Fixture,
        _ claim: ClaimedDelivery,
        _ outcome: NewAttempt.Outcome,
        _ next: DeliveryNext? = nil
    ) async throws {
        let attempt = NewAttempt(
            number: claim.attemptNumber,
            outcome: outcome,
            status: nil,
            problem: nil,
            startedAt: Date(),
            durationMs: 1,
            responseBody: nil,
            responseHeaders: nil,
            url: claim.url
        )
        let isHeld = try await fixture.store.finishDelivery(
            claim.lease,
            attempt: attempt,
            next: next ?? (outcome == .delivered ? .done : .exhausted)
        )
        #expect(isHeld)
    }

    private func pass(hours: Int, _ fixture: Fixture) async throws {
        try await fixture.database.pool.execute(
            """
            UPDATE endpoints
            SET failing_since = failing_since - \(hours) * interval '1 hour',
                failed_at = failed_at - \(hours) * interval '1 hour'
            """
        )
    }

    private func hours(_ fixture: Fixture, _ id: String) async throws -> Int {
        try await fixture.database.pool.query("SELECT failing_hours FROM endpoints WHERE id = \(id)")[0]
            .get("failing_hours")
    }

    private func state(_ fixture: Fixture, _ id: String) async throws -> String {
        try await fixture.database.pool.query("SELECT state FROM endpoints WHERE id = \(id)")[0].get("state")
    }

    /// Tells whether the row was written.
    private func version(_ fixture: Fixture, _ id: String) async throws -> String {
        try await fixture.database.pool.query("SELECT xmin::text AS x FROM endpoints WHERE id = \(id)")[0]
            .get("x")
    }

    private func notices(_ fixture: Fixture) async throws -> Int {
        try await fixture.database.pool.query(
            "SELECT count(*) AS n FROM messages WHERE event_type = 'endpoint.disabled'"
        )[0].get("n")
    }
}
