import Contracts
import Foundation
import Glibc
import Threads

/// Shares the processor time of this process and its children out among the tasks that run at the same time.
///
/// Encoders start threads of their own, so the time of a task's own thread would say little.
final class UsageMeter: Sendable {
    private struct State {
        var lastCPUMs = 0.0
        var lastNumber = 0
        var shares: [Int: Double] = [:]
    }

    private let state = Locked(State())

    /// Begins to measure one task.
    func begin() -> Int {
        state.withLock { state in
            Self.distribute(&state)
            state.lastNumber += 1
            state.shares[state.lastNumber] = 0
            return state.lastNumber
        }
    }

    /// The milliseconds of processor time since `begin`.
    func end(_ number: Int) -> Int {
        state.withLock { state in
            Self.distribute(&state)
            return Int(state.shares.removeValue(forKey: number) ?? 0)
        }
    }

    private static func distribute(_ state: inout State) {
        let now = cpuMs()
        let share = (now - state.lastCPUMs) / Double(max(1, state.shares.count))
        state.lastCPUMs = now
        for number in state.shares.keys { state.shares[number, default: 0] += share }
    }

    private static func cpuMs() -> Double {
        var total = 0.0
        for who in [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue] {
            var usage = rusage()
            guard getrusage(who, &usage) == 0 else { continue }
            for time in [usage.ru_utime, usage.ru_stime] {
                total += Double(time.tv_sec) * 1_000 + Double(time.tv_usec) / 1_000
            }
        }
        return total + ProcessTree.children().reduce(0) { $0 + $1.cpuMs }
    }

    /// The most memory that the process and its children held so far: all present ones, or the largest that ended.
    static func peakRSSBytes() -> Int64 {
        let present = ProcessTree.children().reduce(0) { $0 + $1.peakRSSBytes }
        return peakRSSBytes(RUSAGE_SELF.rawValue) + max(present, peakRSSBytes(RUSAGE_CHILDREN.rawValue))
    }

    private static func peakRSSBytes(_ who: Int32) -> Int64 {
        var usage = rusage()
        return getrusage(who, &usage) == 0 ? Int64(usage.ru_maxrss) * 1_024 : 0
    }
}
