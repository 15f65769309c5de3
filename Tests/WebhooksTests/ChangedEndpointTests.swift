import Contracts
import LoopbackSupport
import Signatures
import Store
import TestSupport
import Testing
import Threads

@testable import Webhooks

/// An endpoint that has failed so often that nothing is sent to it, and what its owner does then.
@Suite struct ChangedEndpointTests {
    let secret = WebhookSecret.generate()

    private func settings() -> DeliverySettings {
        EngineFixture.settings(delaysMs: [Int](repeating: 10, count: 30))
    }

    /// Puts messages out that fail until nothing more is attempted at them, and all that was is written down.
    private func fail(
        _ fixture: EngineFixture,
        _ endpoint: EndpointView,
        _ engine: Locked<DeliveryEngine?>
    ) async throws {
        for _ in 0..<12 { try await fixture.enqueue(for: endpoint) }
        _ = try await eventually {
            let isOver = engine.withLock(\.self)?.state.withLock { state in
                guard let lane = state.schedule.lanes[endpoint.id] else { return false }
                return lane.breaker.state != .closed && lane.inFlight == 0 && state.schedule.unwritten == 0
            }
            return isOver == true ? true : nil
        }
    }

    private func expectDelivered(_ fixture: EngineFixture, _ endpoint: EndpointView) async throws {
        let deliveries = try await eventually {
            let deliveries = try await fixture.deliveries(of: endpoint)
            return deliveries.allSatisfy { $0.state == "delivered" } ? deliveries : nil
        }
        #expect(deliveries.count >= 12)
    }

    @Test func `an endpoint that its owner enables gets its messages at once`() async throws {
        let fixture = try await EngineFixture.make()
        let isWell = Locked(false)
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(isWell.withLock(\.self) ? 200 : 500) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)

        let engine = Locked<DeliveryEngine?>(nil)
        try await fixture.delivering(settings: settings(), made: engine) {
            try await fail(fixture, endpoint, engine)
            isWell.withLock { $0 = true }
            _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: endpoint.id)
            _ = try await fixture.store.enableEndpoint(tenantId: fixture.tenantId, id: endpoint.id)
            try await expectDelivered(fixture, endpoint)
        }
    }

    @Test func `an endpoint that moves to another address gets its messages there at once`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let port = try LoopbackServer.closedPort()
        let endpoint = try await fixture.endpoint("http://127.0.0.1:\(port)/", secret: secret)

        let engine = Locked<DeliveryEngine?>(nil)
        try await fixture.delivering(settings: settings(), made: engine) {
            try await fail(fixture, endpoint, engine)
            _ = try await fixture.store.updateEndpoint(tenantId: fixture.tenantId, id: endpoint.id) {
                $0.url = server.url
            }
            try await expectDelivered(fixture, endpoint)
        }
    }

    @Test func `a test goes out though nothing else does, and lets the rest follow once it is accepted`()
        async throws
    {
        let fixture = try await EngineFixture.make()
        let isWell = Locked(false)
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(isWell.withLock(\.self) ? 200 : 500) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)

        let engine = Locked<DeliveryEngine?>(nil)
        try await fixture.delivering(settings: settings(), made: engine) {
            try await fail(fixture, endpoint, engine)
            let before = server.received.count
            let refused = try await fixture.enqueue(for: endpoint, isUrgent: true)
            try await expectRequests(before + 1, at: server)
            #expect(server.received.last?.header("webhook-id") == refused)

            isWell.withLock { $0 = true }
            let accepted = try await fixture.enqueue(for: endpoint, isUrgent: true)
            try await expectRequests(before + 2, at: server)
            #expect(server.received[before + 1].header("webhook-id") == accepted)
            try await expectDelivered(fixture, endpoint)
        }
    }

    @Test func `a test that another process has committed goes out too, once`() async throws {
        let fixture = try await EngineFixture.make()
        let isWell = Locked(false)
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(isWell.withLock(\.self) ? 200 : 500) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        // It has no engine, as a process with the API alone.
        let other = Store(pool: fixture.database.pool, links: TestLinks.minter)
        func test() async throws -> String? {
            try await other.enqueueTest(tenantId: fixture.tenantId, endpointId: endpoint.id, isUrgent: true)
        }

        let engine = Locked<DeliveryEngine?>(nil)
        try await fixture.delivering(settings: settings(), made: engine) {
            try await fail(fixture, endpoint, engine)
            let before = server.received.count
            let refused = try await test()
            try await expectRequests(before + 1, at: server)
            #expect(server.received.last?.header("webhook-id") == refused)

            isWell.withLock { $0 = true }
            let accepted = try await test()
            try await expectRequests(before + 2, at: server)
            // Not the next attempt at the first.
            #expect(server.received[before + 1].header("webhook-id") == accepted)
            try await expectDelivered(fixture, endpoint)
        }
    }
}
