import Foundation
import Glibc
import OutboundHTTP
import Postgres
import StudioSupport
import TestSupport
import Testing
import Threads

/// Several gateways on one Postgres, their ends in order, and a Postgres that goes away under them.
@Suite struct SharedDatabaseTests {
    /// Longer than any of these tests waits.
    private static let longLease = ["REELGATE_LEASE_SECONDS": "300"]

    @Test func `the work of a gateway that fell silent is taken over long before its leases run out`()
        async throws
    {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make(gateways: 2)
            let (first, second) = (rig.gateways[0], rig.gateways[1])
            try await first.start(
                Self.longLease.merging(["REELGATE_PAUSE_AT": CrashPoint.stageComputed.rawValue]) { $1 }
            )
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the first gateway is stopped") { first.isStopped }

            try await second.start(Self.longLease)
            try await rig.quiesce()

            #expect(try await rig.runState(id) == "fully_generated")
            first.send(SIGCONT)
            try await first.terminate()
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }

    @Test func `a gateway that is asked to end gives all back, leaves the list and ends with 0`() async throws
    {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make { _ in StandInWorker.Treatment(delayMs: 500) }
            let gateway = rig.gateways[0]
            try await gateway.start(Self.longLease)
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the run is under way") { rig.worker.log.count(.started) >= 1 }

            try await gateway.terminate()

            #expect(gateway.exitCode == 0)
            #expect(try await rig.count("SELECT count(*) AS n FROM gateways") == 0)
            for table in ["jobs", "tasks", "callbacks", "deliveries"] {
                let held: SQL = "SELECT count(*) AS n FROM \(unescaped: table) WHERE lease_until > now()"
                #expect(try await rig.count(held) == 0, "\(table)")
            }
            try await gateway.start()
            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }

    @Test func `a gateway that ends is not ready meanwhile, and a second signal ends it at once`()
        async throws
    {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            let gateway = rig.gateways[0]
            try await gateway.start(["REELGATE_DRAIN_SECONDS": "600"])
            rig.setSourceDelay(ms: 8_000)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the source is fetched") { try await rig.isInProgress("transcode", of: id) }

            gateway.send(SIGTERM)
            try await eventually("it is not ready") { try await rig.ask("GET", "/readyz").status == 503 }
            #expect(try await rig.ask("GET", "/v1/runs").status == 200)
            gateway.send(SIGTERM)
            try await gateway.ended()

            #expect(gateway.exitCode == 128 + SIGTERM)
            rig.setSourceDelay(ms: 0)
            try await gateway.start()
            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
        }
    }

    @Test func `a drained gateway takes requests and no work, until it is told to go on`() async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            try await rig.gateways[0].start()
            #expect(try await rig.ask("POST", "/v1/ops/drain", #"{"action":"drain"}"#).status == 200)
            try await eventually("the gateway is drained") {
                try await rig.count("SELECT count(*) AS n FROM gateways WHERE state = 'drained'") == 1
            }

            let id = try await rig.client.post(source: rig.source())
            try await Task.sleep(for: .seconds(1))
            #expect(rig.worker.log.count(.started) == 0)
            #expect(try await rig.ask("GET", "/readyz").status == 200)

            #expect(try await rig.ask("POST", "/v1/ops/drain", #"{"action":"resume"}"#).status == 200)
            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
        }
    }

    @Test func `a Postgres that is away for a while is weathered, and told of once`() async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make { _ in StandInWorker.Treatment(delayMs: 200) }
            let proxy = try PostgresProxy(rig.connectionString)
            try await rig.gateways[0].start(["REELGATE_DATABASE_URL": proxy.connectionString])
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the run is under way") { rig.worker.log.count(.started) >= 1 }

            proxy.behave(.down)
            try await eventually("requests are refused") {
                try await rig.ask("GET", "/v1/runs").status == 503
            }
            #expect(try await rig.ask("GET", "/healthz").status == 200)
            #expect(try await rig.ask("GET", "/readyz").status == 503)
            try await Task.sleep(for: .seconds(3))
            proxy.behave(.forwarding)

            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
            let log = try String(contentsOfFile: rig.gateways[0].logPath, encoding: .utf8)
            #expect(log.split(separator: "\n").count { $0.contains("Postgres is away") } == 1)
            #expect(log.split(separator: "\n").count { $0.contains("Postgres is back") } == 1)
            proxy.close()
        }
    }

    @Test func `a Postgres that stays away ends the gateway with a reason`() async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            let proxy = try PostgresProxy(rig.connectionString)
            let gateway = rig.gateways[0]
            try await gateway.start([
                "REELGATE_DATABASE_URL": proxy.connectionString, "REELGATE_DATABASE_OUTAGE_SECONDS": "1",
            ])

            proxy.behave(.down)
            try await gateway.ended()

            #expect(gateway.exitCode == 1)
            let log = try String(contentsOfFile: gateway.logPath, encoding: .utf8)
            #expect(log.contains("Postgres has been away for 1 s"))
            proxy.close()
        }
    }
}

extension Rig {
    fileprivate func count(_ sql: SQL) async throws -> Int { try await pool.query(sql)[0].get("n") }

    fileprivate func ask(_ method: String, _ path: String, _ body: String? = nil) async throws -> HTTPResponse
    {
        var request = HTTPRequest(method: method, url: gateways[0].url + path)
        request.headers = [("authorization", "Bearer \(client.key)"), ("content-type", "application/json")]
        if let body { request.body = Array(body.utf8) }
        return try await client.http.send(request)
    }
}
