import Contracts
import Glibc

/// Measures what a stage costs that the gateway runs itself.
///
/// Processor time and memory are the whole process's: stages here take milliseconds, and next to nothing runs beside
/// them.
struct StageMeter {
    private let start = ContinuousClock.now
    private let cpuMsAtStart = Self.resources().cpuMs

    /// The cost since the meter was made.
    func usage() -> TaskReport.Usage {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let (cpuMs, peakRssBytes) = Self.resources()
        return TaskReport.Usage(
            wallMs: Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000),
            cpuMs: cpuMs - cpuMsAtStart,
            peakRssBytes: peakRssBytes
        )
    }

    private static func resources() -> (cpuMs: Int, peakRssBytes: Int64) {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return (0, 0) }
        let times = [usage.ru_utime, usage.ru_stime].map { $0.tv_sec * 1_000 + Int($0.tv_usec) / 1_000 }
        return (times.reduce(0, +), Int64(usage.ru_maxrss) * 1_024)
    }
}
