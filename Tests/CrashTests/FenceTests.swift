import Glibc
import StudioSupport
import Testing
import Threads

/// A gateway that is stopped past its leases, overtaken, and goes on: it finds that nothing is its own any more.
@Suite struct FenceTests {
    /// Where the first gateway is stopped.
    struct Stop: Sendable, CustomTestStringConvertible {
        let point: CrashPoint
        /// Whether the worker sends its results to the second gateway, as through a balancer that left the first out.
        var isBalanced = false

        var testDescription: String { point.rawValue }
    }

    @Test(arguments: [
        // In the middle of a stage that the runtime computes.
        Stop(point: .stageComputed),
        // In the middle of a dispatch: before it reached the provider, and when it had.
        Stop(point: .dispatchBeforeSubmit),
        Stop(point: .dispatchAfterSubmit, isBalanced: true),
        // In a transaction: its locks are freed when Postgres ends the idle session.
        Stop(point: .fanOutBeforeCommit),
        Stop(point: .completionBeforeCommit),
        // Between a webhook's answer and its record.
        Stop(point: .deliveryAfterResponse),
    ])
    func `a process that was stopped past its lease changes nothing when it goes on`(
        _ stop: Stop
    ) async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make(gateways: 2)
            let (first, second) = (rig.gateways[0], rig.gateways[1])
            var environment = ["REELGATE_PAUSE_AT": stop.point.rawValue]
            if stop.isBalanced { environment["REELGATE_INTERNAL_URL"] = second.url }
            try await first.start(environment)
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the first gateway is stopped") { first.isStopped }

            try await second.start()
            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
            let before = try await rig.snapshot()
            let (sent, begun) = (rig.subscriber.log.count, rig.worker.log.count(.started))

            first.send(SIGCONT)
            // Its end in order is behind everything that it had under way.
            try await first.terminate()
            let after = try await rig.snapshot()
            #expect(after.keys.filter { after[$0] != before[$0] } == [], "tables that changed")
            // One request may have been on its way when the process was stopped.
            #expect(rig.subscriber.log.count <= sent + 1)
            #expect(rig.worker.log.count(.started) == begun)
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }
}
