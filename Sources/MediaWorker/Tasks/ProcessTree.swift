import Foundation
import Glibc

/// What the running children of this process use, read from `/proc`; nothing where there is none.
struct ProcessTree {
    let cpuMs: Double
    let peakRSSBytes: Int64

    static func children() -> [ProcessTree] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return threads.flatMap { thread in
            text("/proc/self/task/\(thread)/children").split(separator: " ").compactMap { Int($0) }
        }
        .compactMap(ProcessTree.init(processID:))
    }

    /// Nil for a process that has gone meanwhile.
    init?(processID: Int) {
        // The name of the program may hold spaces; what comes behind its bracket does not.
        let stat = Self.text("/proc/\(processID)/stat")
        guard let bracket = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: bracket)...].split(separator: " ")
        guard fields.count > 14, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return nil
        }
        cpuMs = (user + system) * 1_000 / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let peak = Self.text("/proc/\(processID)/status").split(separator: "\n").first {
            $0.hasPrefix("VmHWM:")
        }
        peakRSSBytes = (peak?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0) * 1_024
    }

    private static func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
