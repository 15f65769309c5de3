import Contracts
import Editorial
import Glibc
import Threads

/// Measures what a stage costs that the gateway runs itself.
///
/// Processor time and memory are the whole process's: stages here take milliseconds, and next to nothing runs beside
/// them. While a stage waits for somebody else, the process works for others, so that this time is left out.
final class StageMeter: Sendable {
    private struct Waits {
        /// Processor time when the waiting under way began; nil while there is none.
        var beganAtCpuMs: Int?
        var cpuMs = 0
    }

    private let start = ContinuousClock.now
    private let readCpuMs: @Sendable () -> Int
    private let cpuMsAtStart: Int
    private let waits = Locked(Waits())

    /// `readCpuMs` says how much processor time the process has used so far.
    init(readCpuMs: @escaping @Sendable () -> Int = { StageMeter.resources().cpuMs }) {
        self.readCpuMs = readCpuMs
        cpuMsAtStart = readCpuMs()
    }

    /// Told by a stage while it waits: what passes then is left out of its processor time.
    var waiting: WaitingTime { WaitingTime { self.note(isWaiting: $0) } }

    /// The cost since the meter was made.
    func usage() -> TaskReport.Usage {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return TaskReport.Usage(
            wallMs: Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000),
            cpuMs: max(readCpuMs() - cpuMsAtStart - waits.withLock(\.cpuMs), 0),
            peakRssBytes: Self.resources().peakRssBytes
        )
    }

    private func note(isWaiting: Bool) {
        let cpuMs = readCpuMs()
        waits.withLock { waits in
            if let began = waits.beganAtCpuMs { waits.cpuMs += cpuMs - began }
            waits.beganAtCpuMs = isWaiting ? cpuMs : nil
        }
    }

    static func resources() -> (cpuMs: Int, peakRssBytes: Int64) {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return (0, 0) }
        let times = [usage.ru_utime, usage.ru_stime].map { $0.tv_sec * 1_000 + Int($0.tv_usec) / 1_000 }
        return (times.reduce(0, +), Int64(usage.ru_maxrss) * 1_024)
    }
}
