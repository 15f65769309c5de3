import Testing
import Threads

@testable import MediaWorker

@Suite struct TurnstileTests {
    @Test func `no more than its places are inside at once`() async throws {
        let turnstile = Turnstile(places: 2)
        let inside = Locked((now: 0, most: 0))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turnstile.pass {
                        inside.withLock {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                        }
                        await Task.yield()
                        inside.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(inside.withLock { $0.now } == 0)
        #expect((1...2).contains(inside.withLock { $0.most }))
    }

    @Test func `a cancelled wait gives its turn up`() async throws {
        let turnstile = Turnstile(places: 1)
        let door = Door()
        let entered = Door()
        async let first: Void = turnstile.pass {
            entered.open()
            await door.pass()
        }
        await entered.pass()

        let waiting = Task { try await turnstile.pass {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        door.open()
        try await first

        try await turnstile.pass {}
    }
}
