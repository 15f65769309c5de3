import Contracts
import Foundation
import HTTPTypes
import Logging
import Postgres
import Store
import TestSupport
import Testing
import Threads

@testable import API

/// New runs are refused while deliveries are behind, for whom it concerns.
@Suite struct BacklogTests {
    private let run = #"{"source":{"url":"https://a.example.com/v.mp4"}}"#

    private func endpoint(_ fixture: APIFixture) async throws -> String {
        let made = Locked("")
        _ = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://b.example.com/",
            eventTypes: ["webhook.test"],
            description: nil,
            secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            claim: nil
        ) { view in
            made.withLock { $0 = view.id }
            return StoredResponse(status: 201, headers: [:], body: Data())
        }
        return made.withLock(\.self)
    }

    @Test func `a tenant whose deliveries are behind gets no new runs, until they are made or held`()
        async throws
    {
        let fixture = try await APIFixture.make()
        let id = try await endpoint(fixture)
        for _ in 0..<3 { _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id) }
        var limits = BacklogGuard.Limits()
        limits.perTenantMax = 2
        let backlog = BacklogGuard(store: fixture.store, limits: limits, logger: APIFixture.logger)
        let services = APIServices(
            store: fixture.store,
            artifacts: fixture.artifacts,
            providers: APIFixture.providers,
            callbackSecrets: APIFixture.callbackSecrets,
            runtimeWake: WakeSignal(),
            webhookWake: WakeSignal(),
            backlog: backlog,
            logger: APIFixture.logger
        )
        var configuration = APIConfiguration(
            linkKey: APIFixture.linkKey,
            sealingKey: APIFixture.sealingKey
        )
        configuration.port = 0
        let builder = APIBuilder(configuration: configuration, services: services)

        try await APIFixture.serve(builder, key: fixture.key) { client in
            #expect(try await client.post("/v1/runs", run).status == 202)
            try await backlog.look()

            let answer = try await client.post("/v1/runs", run)

            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "30")
            #expect(try answer.problem.slug == "deliveries-behind")
            #expect(try answer.problem.retryable == true)
            #expect(try await client.post("/v1/runs", run, key: fixture.otherKey).status == 202)
            // What is held for a paused endpoint is no backlog.
            try await fixture.database.pool.execute("UPDATE endpoints SET state = 'paused'")
            try await backlog.look()
            #expect(try await client.post("/v1/runs", run).status == 202)
        }
    }

    @Test func `all are refused when all together are behind`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await endpoint(fixture)
        _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id)
        var limits = BacklogGuard.Limits()
        limits.inAllMax = 0
        let backlog = BacklogGuard(store: fixture.store, limits: limits, logger: APIFixture.logger)

        try await backlog.look()

        #expect(throws: Problem.self) { try backlog.admit(tenantId: fixture.otherTenantId) }
    }
}
