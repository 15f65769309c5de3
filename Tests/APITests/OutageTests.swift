import Contracts
import Foundation
import HTTPTypes
import Postgres
import Store
import TestSupport
import Testing
import Threads

@testable import API

/// The API while its database is away.
@Suite struct OutageTests {
    private static let settings = {
        var settings = PostgresSettings()
        settings.connectionsMax = 4
        settings.openMilliseconds = 400
        settings.connectMilliseconds = 100
        settings.doubtMilliseconds = 200
        settings.lookMilliseconds = 20
        return settings
    }()

    private func fixture() async throws -> (APIFixture, PostgresProxy, PostgresPool) {
        let parts = Locked<(PostgresProxy, PostgresPool)?>(nil)
        let probe = Locked<Store?>(nil)
        let check = ReadinessCheck("database") {
            try await probe.withLock(\.self)?.ping()
            return true
        }
        let fixture = try await APIFixture.make(
            checks: [check],
            pool: { database in
                let proxy = try PostgresProxy(database.connectionString)
                let pool = PostgresPool(proxy.connectionString, settings: Self.settings)
                parts.withLock { $0 = (proxy, pool) }
                return pool
            }
        )
        probe.withLock { $0 = fixture.store }
        let made = parts.withLock { $0 }
        let (proxy, pool) = try #require(made)
        return (fixture, proxy, pool)
    }

    @Test func `what needs the database is answered 503 with a time to come back, and soon`() async throws {
        let (fixture, proxy, pool) = try await fixture()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            #expect(try await client.get("/readyz", key: "").status == 200)
            for behaviour in [PostgresProxy.Behaviour.down, .frozen] {
                proxy.behave(behaviour)
                let deadline = ContinuousClock.now + .seconds(30)
                while pool.awayFor == nil {
                    try #require(ContinuousClock.now < deadline)
                    _ = try await client.get("/v1/runs")
                }
                let start = ContinuousClock.now
                let body = #"{"source":{"asset_id":"\#(asset.id)"}}"#
                let answers = [
                    try await client.get("/v1/runs"), try await client.post("/v1/runs", body),
                    try await client.get("/v1/assets/\(asset.id)"), try await client.get("/v1/ops/gateways"),
                    try await client.get("/v1/webhook-endpoints"), try await client.get("/metrics", key: ""),
                ]
                #expect(ContinuousClock.now - start < .seconds(2))
                for answer in answers {
                    #expect(answer.status == 503)
                    #expect(answer.headers[.retryAfter] != nil)
                    #expect(try answer.decode(Problem.self).slug == "unavailable")
                }
                #expect(try await client.get("/healthz", key: "").status == 200)
                let readiness = try await client.get("/readyz", key: "")
                #expect(readiness.status == 503 && readiness.text.contains("database"))

                proxy.behave(.forwarding)
                while pool.awayFor != nil {
                    try #require(ContinuousClock.now < deadline)
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(try await client.get("/v1/runs").status == 200)
                #expect(try await client.get("/readyz", key: "").status == 200)
            }
        }
        pool.close()
        proxy.close()
    }
}
