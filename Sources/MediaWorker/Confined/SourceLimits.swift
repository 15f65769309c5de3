import Foundation
package import Subprocesses

/// What reading one source may take before it is given up.
package struct SourceLimits: Sendable, Equatable {
    /// What the system enforces.
    package var process: ProcessLimits
    /// How long nothing may be read or written until it counts as hung.
    package var stallMs = 20_000
    /// How long the process may take to start.
    package var startMs = 20_000
    /// How long all of it may take.
    package var totalMs: Int

    private static let memoryBytesMax: Int64 = 4 << 30
    private static let cpuSecondsBase: Int64 = 600
    /// Enough for an hour of speech over a still picture, the most that a megabyte holds of usual material.
    private static let cpuSecondsPerMiB: Int64 = 240
    private static let resultBytesBase: Int64 = 2 << 30
    private static let resultBytesPerByte: Int64 = 32
    private static let sourceBytesMax: Int64 = 1 << 40

    /// In proportion to the size of the source, since a small file has no right to much.
    package init(
        sourceBytes: Int64,
        machineBytes: Int64 = Int64(clamping: ProcessInfo.processInfo.physicalMemory)
    ) {
        let bytes = min(max(sourceBytes, 0), Self.sourceBytesMax)
        let cpuSeconds = Self.cpuSecondsBase + Self.cpuSecondsPerMiB * (bytes >> 20)
        process = ProcessLimits(
            memoryBytes: min(Self.memoryBytesMax, machineBytes / 4 * 3),
            cpuSeconds: cpuSeconds,
            fileBytesMax: Self.resultBytesBase + Self.resultBytesPerByte * bytes
        )
        totalMs = Int(cpuSeconds) * 2_000
    }
}
