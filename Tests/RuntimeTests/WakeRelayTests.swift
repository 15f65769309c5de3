import Testing
import Threads

@testable import Runtime

@Suite struct WakeRelayTests {
    private func until(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test func `many rings are sent as two: the first at once, and the rest after the pause`() async throws {
        let sent = Locked(0)
        let relay = WakeRelay(pauseMs: 200, isWanted: { true }, send: { sent.withLock { $0 += 1 } })

        for _ in 0..<1_000 { relay.ring() }
        try await until { sent.withLock { $0 } == 2 }
        for _ in 0..<1_000 { relay.ring() }
        try await until { sent.withLock { $0 } == 3 }

        #expect(sent.withLock { $0 } == 3)
    }

    @Test func `nothing is sent while nobody else is there`() async throws {
        let (sent, isWanted) = (Locked(0), Locked(false))
        let relay = WakeRelay(
            pauseMs: 1,
            isWanted: { isWanted.withLock { $0 } },
            send: { sent.withLock { $0 += 1 } }
        )

        relay.ring()
        isWanted.withLock { $0 = true }
        relay.ring()
        try await until { sent.withLock { $0 } == 1 }

        #expect(sent.withLock { $0 } == 1)
    }

    @Test func `a wake is told to others, and one from others is not told back`() {
        let rings = Locked(0)
        let signal = WakeSignal()
        signal.relay { rings.withLock { $0 += 1 } }

        signal.wakeHere()
        #expect(rings.withLock { $0 } == 0)
        signal.wake()

        #expect(rings.withLock { $0 } == 1)
    }
}
