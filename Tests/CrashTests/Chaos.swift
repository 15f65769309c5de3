import Contracts
import Foundation
import Glibc
import Postgres
import Store
import StudioSupport
import TestSupport
import Threads

/// Two gateways, a worker and a durable Postgres under load, while a plan strikes at each of them.
final class Chaos: Sendable {
    private static let gatewayCount = 2
    private static let clientCount = 3
    private static let quietSecondsMax = 180.0

    private let seed: UInt64
    private let seconds: Int
    private let cluster: PrivateCluster
    private let clusterFolder: String
    private let rig: Rig
    private let report = Locked(ChaosReport())
    /// Until when a gateway that was killed stays down.
    private let downUntil = Locked([ContinuousClock.Instant](repeating: .now, count: gatewayCount))
    private let isOver = Locked(false)

    init(seed: UInt64, seconds: Int) async throws {
        self.seed = seed
        self.seconds = seconds
        clusterFolder = try Rig.makeFolder()
        cluster = try await PrivateCluster.start(dataDirectory: clusterFolder)
        let pool = PostgresPool(cluster.connectionString)
        try await Store(pool: pool, links: TestLinks.minter).migrate()
        let random = Locked(SeededGenerator(seed: seed))
        rig = try await Rig(
            pool: pool,
            connectionString: cluster.connectionString,
            gateways: Self.gatewayCount
        ) { _ in random.withLock { Self.treatment(&$0) } }
    }

    /// Slow and fast tasks, callbacks that are lost or doubled, dispatches that are not answered.
    private static func treatment(_ random: inout SeededGenerator) -> StandInWorker.Treatment {
        StandInWorker.Treatment(
            delayMs: Int.random(in: 0...400, using: &random),
            callbacks: [0, 1, 1, 1, 3].randomElement(using: &random) ?? 1,
            losesAnswer: Int.random(in: 0..<20, using: &random) == 0
        )
    }

    func run() async throws -> ChaosReport {
        try await rig.gateways[0].start()
        _ = try await rig.client.subscribe(rig.subscriber)
        let plan = ChaosPlan(seed: seed, seconds: seconds, gateways: Self.gatewayCount)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<Self.gatewayCount { group.addTask { try await self.keepGateway(index) } }
            for index in 0..<Self.clientCount { group.addTask { try await self.load(index) } }
            for stream in plan.streams { group.addTask { try await self.strike(stream) } }
            group.addTask {
                try await Task.sleep(for: .seconds(self.seconds))
                self.isOver.withLock { $0 = true }
            }
            try await group.waitForAll()
        }
        for gateway in rig.gateways {
            gateway.send(SIGCONT)
            if !gateway.isRunning { try await gateway.start() }
        }
        try await rig.quiesce(seconds: Self.quietSecondsMax)
        try await fillReport()
        return report.withLock(\.self)
    }

    func end() async {
        for gateway in rig.gateways { gateway.killNow() }
        rig.pool.close()
        await cluster.stop()
        try? FileManager.default.removeItem(atPath: clusterFolder)
    }

    /// Starts a gateway again whenever it is not there, as a service manager does.
    private func keepGateway(_ index: Int) async throws {
        let gateway = rig.gateways[index]
        var wasStarted = gateway.isRunning
        while !isOver.withLock(\.self) {
            if !gateway.isRunning, ContinuousClock.now >= downUntil.withLock({ $0[index] }) {
                if wasStarted, gateway.endingSignal != SIGKILL { report.withLock { $0.ownEnds += 1 } }
                try gateway.launch()
                wasStarted = true
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Posts one run after the other; every fourth is of a source that was there before.
    private func load(_ client: Int) async throws {
        var count = 0
        while !isOver.withLock(\.self) {
            count += 1
            let number = count % 4 == 0 ? count - 3 : count
            let id = try await rig.client.post(source: rig.source("film-\(client)-\(number)"))
            report.withLock { $0.accepted.append(id) }
            // No faster than runs end, but not for ever behind one that waits for a lease.
            _ = try? await eventually("run \(id) has ended", seconds: 3) {
                let state = try? await rig.runState(id)
                return state.map { !["started", "analysis_complete"].contains($0) } ?? false
            }
        }
    }

    private func strike(_ stream: ChaosPlan.Stream) async throws {
        for step in stream {
            try await Task.sleep(for: .milliseconds(step.afterMs))
            guard !isOver.withLock(\.self) else { return }
            switch step.fault {
            case .killGateway(let index, let downMs):
                downUntil.withLock { $0[index] = .now + .milliseconds(downMs) }
                report.withLock { $0.gatewayKills += 1 }
                rig.gateways[index].send(SIGKILL)
            case .stopGateway(let index, let ms):
                report.withLock { $0.gatewayStops += 1 }
                rig.gateways[index].send(SIGSTOP)
                try await Task.sleep(for: .milliseconds(ms))
                rig.gateways[index].send(SIGCONT)
            case .killWorker(let downMs):
                report.withLock { $0.workerKills += 1 }
                rig.worker.setAway(true)
                rig.worker.forgetAll()
                try await Task.sleep(for: .milliseconds(downMs))
                rig.worker.setAway(false)
            case .killPostgres(let downMs):
                report.withLock { $0.postgresKills += 1 }
                try await cluster.crash()
                try await Task.sleep(for: .milliseconds(downMs))
                _ = try await cluster.revive()
            }
        }
    }

    private func fillReport() async throws {
        var filled = report.withLock(\.self)
        filled.states = try await rig.pool.query(
            "SELECT state, count(*) AS n FROM runs GROUP BY state ORDER BY state"
        ).map { (try $0.get("state"), try $0.get("n")) }
        filled.reasons = try await rig.pool.query(
            """
            SELECT id || ': ' || (problem ->> 'detail') AS line FROM runs WHERE problem IS NOT NULL
            UNION ALL
            SELECT id || ': ' || (problem ->> 'detail') FROM outputs WHERE state = 'failed'
            """
        ).map { try $0.get("line") }
        filled.deliveries = try await count("deliveries")
        filled.attempts = try await count("delivery_attempts")
        filled.received = rig.subscriber.log.count
        filled.begun = rig.worker.log.count(.started)
        filled.violations = try await rig.violations(
            accepted: filled.accepted,
            interruptions: filled.interruptions
        )
        let done = filled
        report.withLock { $0 = done }
    }

    private func count(_ table: String) async throws -> Int {
        try await rig.pool.query("SELECT count(*) AS n FROM \(unescaped: table)")[0].get("n")
    }
}
