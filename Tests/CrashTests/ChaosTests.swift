import Foundation
import Testing

/// Random deaths under load; `scripts/bench chaos` runs the same for ten minutes.
@Suite struct ChaosTests {
    private static let secondsStandard = 20
    private static let seedStandard: UInt64 = 3

    @Test func `gateways, worker and Postgres die at random and every rule holds`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["REELGATE_CHAOS_SECONDS"].flatMap { Int($0) }
        let seed = environment["REELGATE_CHAOS_SEED"].flatMap { UInt64($0) } ?? Self.seedStandard
        let chaos = try await Chaos(seed: seed, seconds: seconds ?? Self.secondsStandard)
        let result: Result<ChaosReport, any Error>
        do {
            result = .success(try await chaos.run())
        } catch {
            result = .failure(error)
        }
        await chaos.end()
        let report = try result.get()

        if seconds != nil { print("seed \(seed)\n\(report.table)") }
        #expect(report.violations == [])
        #expect(!report.accepted.isEmpty)
    }
}
