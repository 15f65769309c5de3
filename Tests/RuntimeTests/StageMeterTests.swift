import Contracts
import Editorial
import Testing
import Threads

@testable import Runtime

@Suite struct StageMeterTests {
    @Test func `what the process does while a stage waits is not the stage's`() async throws {
        let cpuMs = Locked(1_000)
        let meter = StageMeter(readCpuMs: { cpuMs.withLock(\.self) })

        cpuMs.withLock { $0 += 5 }
        let value = await meter.waiting.during {
            cpuMs.withLock { $0 += 60_000 }
            return 7
        }
        cpuMs.withLock { $0 += 2 }

        #expect(value == 7 && meter.usage().cpuMs == 7)
    }

    @Test func `a wait that fails ends, too`() async throws {
        struct Gone: Error {}
        let cpuMs = Locked(0)
        let meter = StageMeter(readCpuMs: { cpuMs.withLock(\.self) })

        await #expect(throws: Gone.self) {
            try await meter.waiting.during { () async throws(Gone) -> Void in
                cpuMs.withLock { $0 += 100 }
                throw Gone()
            }
        }
        cpuMs.withLock { $0 += 3 }

        #expect(meter.usage().cpuMs == 3)
    }
}
