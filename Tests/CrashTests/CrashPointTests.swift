import Glibc
import StudioSupport
import Testing
import Threads

/// A gateway that dies between any two steps, and the same run goes on when it is started again.
@Suite struct CrashPointTests {
    /// Where the process dies, and at which time it comes there.
    struct Death: Sendable, CustomTestStringConvertible {
        let point: CrashPoint
        let turn: Int

        var testDescription: String { "\(point.rawValue):\(turn)" }

        /// Every point that a run passes, and some of them again further on in the run.
        static let all: [Death] =
            CrashPoint.allCases.filter { $0 != .drainBeforeHandBack }.map { Death(point: $0, turn: 1) } + [
                // The last of two shorts.
                Death(point: .finalAfterCommit, turn: 2),
                Death(point: .dispatchAfterSubmit, turn: 7),
                Death(point: .deliveryAfterResponse, turn: 4),
                Death(point: .completionBeforeCommit, turn: 6),
            ]
    }

    @Test func `a run without any crash keeps all rules`() async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            try await rig.gateways[0].start()
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await rig.quiesce()
            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 0) == [])
        }
    }

    @Test(arguments: Death.all)
    func `a run is finished by the next process, wherever the first one dies`(_ death: Death) async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            let gateway = rig.gateways[0]
            try await gateway.start(["REELGATE_CRASH_AT": death.testDescription])
            _ = try await rig.client.subscribe(rig.subscriber)

            async let posted = rig.client.post(source: rig.source())
            try await gateway.ended()
            #expect(gateway.endingSignal == SIGKILL)
            try await gateway.start()
            let id = try await posted
            try await rig.quiesce()

            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }

    @Test func `a stage that is being handed back when the process dies is done by the next one`()
        async throws
    {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            let gateway = rig.gateways[0]
            rig.setSourceDelay(ms: 60_000)
            try await gateway.start(["REELGATE_CRASH_AT": CrashPoint.drainBeforeHandBack.rawValue])
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the source is being fetched") {
                try await rig.isInProgress("transcode", of: id)
            }

            gateway.send(SIGTERM)
            try await gateway.ended()
            #expect(gateway.endingSignal == SIGKILL)
            rig.setSourceDelay(ms: 0)
            try await gateway.start()
            try await rig.quiesce()

            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }
}
