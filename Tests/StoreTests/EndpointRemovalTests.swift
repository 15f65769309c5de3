import Contracts
import Foundation
import Pipeline
import Postgres
import TestSupport
import Testing

@testable import Store

/// What goes on while an endpoint is removed, which may take long.
@Suite struct EndpointRemovalTests {
    private func addEndpoint(_ store: Store, _ tenantId: String) async throws -> String {
        let outcome = try await store.createEndpoint(
            tenantId: tenantId,
            url: "https://example.com/hook",
            eventTypes: ["run.started", "output.rendered"],
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { StoredResponse(status: 201, headers: [:], body: Data($0.id.utf8)) }
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }

    /// A pool that waits for no lock.
    private func impatientPool(_ fixture: Fixture) -> PostgresPool {
        var settings = PostgresSettings()
        settings.lockMilliseconds = 20
        return PostgresPool(fixture.database.connectionString, settings: settings)
    }

    private func receivers(_ fixture: Fixture) async throws -> [String] {
        try await fixture.database.pool.query("SELECT endpoint_id FROM deliveries ORDER BY endpoint_id")
            .map { try $0.get("endpoint_id") }
    }

    @Test func `runs of all tenants are accepted, and the other endpoints are told`() async throws {
        let fixture = try await Fixture.make()
        let pool = impatientPool(fixture)
        defer { pool.close() }
        let otherId = try await fixture.store.createTenant(name: "other")
        let removed = try await addEndpoint(fixture.store, fixture.tenantId)
        let kept = [
            try await addEndpoint(fixture.store, fixture.tenantId),
            try await addEndpoint(fixture.store, otherId),
        ]
        let runs = try [fixture.tenantId, otherId].map { tenantId in
            var new = fixture.newRun()
            new.tenantId = tenantId
            return try AcceptedRun(new, claim: nil, source: nil, texts: fixture.store.runTexts)
        }

        try await HeldTransaction.during(
            "DELETE FROM endpoints WHERE id = \(removed)",
            in: fixture.database
        ) {
            let answers = try await AcceptedRun.commit(
                runs,
                pool: pool,
                texts: fixture.store.runTexts,
                started: StartedDeliveries(pool: pool, outlet: nil)
            )
            for answer in answers {
                guard case .fresh = try answer.get() else { throw FixtureError.unexpected }
            }
        }

        #expect(try await receivers(fixture) == kept.sorted())
    }

    @Test func `callbacks are applied, and the other endpoints are told`() async throws {
        let fixture = try await Fixture.make()
        let pool = impatientPool(fixture)
        defer { pool.close() }
        let (_, tasks) = try await fixture.render(shorts: 1)
        let removed = try await addEndpoint(fixture.store, fixture.tenantId)
        let kept = try await addEndpoint(fixture.store, fixture.tenantId)
        let outputId = try #require(
            try await pool.query("SELECT output_id FROM tasks WHERE id = \(tasks[0].id)").first?
                .get("output_id", as: String.self)
        )
        let runId = try #require(
            try await pool.query("SELECT run_id FROM tasks WHERE id = \(tasks[0].id)").first?
                .get("run_id", as: String.self)
        )

        try await HeldTransaction.during(
            "DELETE FROM endpoints WHERE id = \(removed)",
            in: fixture.database
        ) {
            try await pool.transaction { transaction in
                try transaction.tell(
                    [Announcement(type: .outputRendered, runId: runId, outputId: outputId)],
                    tenants: [runId: fixture.tenantId],
                    links: fixture.store.links
                )
            }
            let told = try await pool.query(
                """
                SELECT d.endpoint_id
                FROM deliveries d
                JOIN messages m ON m.id = d.message_id
                WHERE m.run_id = \(runId) AND m.output_id = \(outputId)
                """
            )
            #expect(try told.map { try $0.get("endpoint_id", as: String.self) } == [kept])
        }

        #expect(try await receivers(fixture) == [kept])
    }
}
