import Testing
import Threads

@testable import API

@Suite struct BriefCacheTests {
    private final class Clock: Sendable {
        let instant = Locked(ContinuousClock.now)

        func pass(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    @Test func `an answer is asked for again when its time is over`() async throws {
        let clock = Clock()
        let cache = BriefCache<Int, String>(lifetime: .seconds(1)) { clock.instant.withLock(\.self) }

        let first = try await cache.value(1) { "one" }
        clock.pass(.milliseconds(999))
        let second = try await cache.value(1) { "two" }
        clock.pass(.milliseconds(1))
        let third = try await cache.value(1) { nil }

        #expect([first, second, third] == ["one", "one", nil])
    }

    @Test func `what was not found is looked for every time`() async throws {
        let cache = BriefCache<Int, String>()

        #expect(try await cache.value(1) { nil } == nil)
        #expect(try await cache.value(1) { "now" } == "now")
    }

    @Test func `it does not grow beyond its size`() async throws {
        let cache = BriefCache<Int, Int>(countMax: 2)
        for key in 1...3 { _ = try await cache.value(key) { key } }

        #expect(try await cache.value(3) { nil } == 3)
        #expect(try await cache.value(1) { nil } == nil)
    }
}
