import Contracts
import HTTPTypes
import Logging
import Postgres
import Store
import Testing
import Threads

@testable import API

@Suite struct HealthTests {
    private struct Readiness: Decodable {
        let status: String
        let checks: [String: String]
    }

    @Test func `a gateway is ready when all its checks pass`() async throws {
        let fixture = try await APIFixture.make(checks: [
            ReadinessCheck("database") { true }, ReadinessCheck("storage") { true },
        ])

        try await fixture.withClient { client in
            let health = try await client.get("/healthz", key: "")
            let ready = try await client.get("/readyz", key: "")

            #expect(health.status == 200)
            #expect(health.text == #"{"status":"ok"}"#)
            #expect(ready.status == 200)
            #expect(try ready.decode(Readiness.self).checks == ["database": "ok", "storage": "ok"])
        }
    }

    @Test func `a check that fails or hangs makes it not ready`() async throws {
        struct Away: Error {}
        let fixture = try await APIFixture.make(
            checks: [
                ReadinessCheck("database") { throw Away() }, ReadinessCheck("storage") { false },
                ReadinessCheck("worker") {
                    try await Task.sleep(for: .seconds(600))
                    return true
                },
            ],
            configure: { $0.limits.readinessMs = 50 }
        )

        try await fixture.withClient { client in
            let answer = try await client.get("/readyz", key: "")

            #expect(answer.status == 503)
            let readiness = try answer.decode(Readiness.self)
            #expect(readiness.status == "not-ready")
            #expect(
                readiness.checks == ["database": "failed", "storage": "failed", "worker": "timed-out"]
            )
        }
    }

    @Test func `a database that is away is told as a trouble that passes`() async throws {
        let fixture = try await APIFixture.make()
        var settings = PostgresSettings()
        settings.connectMilliseconds = 0
        let services = APIServices(
            store: Store(
                pool: PostgresPool("host=127.0.0.1 port=1", settings: settings),
                links: fixture.links
            ),
            artifacts: fixture.artifacts,
            providers: APIFixture.providers,
            callbackSecrets: APIFixture.callbackSecrets,
            runtimeWake: WakeSignal(),
            webhookWake: WakeSignal(),
            logger: Logger(label: "api-tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let configuration = APIConfiguration(
            linkKey: APIFixture.linkKey,
            sealingKey: APIFixture.sealingKey
        )
        let builder = APIBuilder(configuration: configuration, services: services)

        try await APIFixture.serve(builder, key: fixture.key) { client in
            let answer = try await client.get("/v1/runs")

            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "5")
            #expect(try answer.problem.slug == "unavailable")
            #expect(try answer.problem.retryable == true)
        }
    }

    @Test func `metrics tell of runs, queues and requests without naming anybody`() async throws {
        let fixture = try await APIFixture.make()
        let (_, token, _) = try await fixture.makeTask()

        try await fixture.withClient { client in
            _ = try await client.send(.put, "/v1/uploads/\(token)/nothing", key: "", bytes: [])
            _ = try await client.send(HTTPRequest.Method("PROPFIND") ?? .get, "/v1/nowhere")
            let answer = try await client.get("/metrics", key: "")

            #expect(answer.status == 200)
            #expect(answer.headers[.contentType]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(answer.text.contains("reelgate_runs{state=\"started\"} 1\n"))
            #expect(answer.text.contains("reelgate_tasks{state=\"minted\"} 1\n"))
            #expect(answer.text.contains("reelgate_jobs{stage=\"plan\",state=\"pending\"} 1\n"))
            #expect(answer.text.contains("reelgate_queue_age_seconds{queue=\"deliveries\"} 0\n"))
            #expect(answer.text.contains("reelgate_deliveries_pending 0\n"))
            #expect(answer.text.contains("method=\"other\""))
            #expect(answer.text.contains("process_resident_memory_bytes"))
            #expect(!answer.text.contains(token))
        }
    }

    @Test func `the front page names the API`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.get("/", key: "")

            #expect(answer.status == 200)
            #expect(answer.text.contains("/v1/runs"))
        }
    }
}
