import StudioSupport
import Testing
import Threads

/// A gateway that dies between any two steps, and the same run goes on when it is started again.
@Suite struct CrashPointTests {
    @Test func `a run without any crash keeps all rules`() async throws {
        let rig = try await Rig.make()
        try await rig.gateways[0].start()
        _ = try await rig.client.subscribe(rig.subscriber)
        let id = try await rig.client.post(source: rig.source())
        try await rig.quiesce()
        #expect(try await rig.runState(id) == "fully_generated")
        #expect(try await rig.violations(accepted: [id], interruptions: 0) == [])
    }
}
