import CConfine

/// What a child process may use before the system ends it.
package struct ProcessLimits: Sendable, Equatable {
    /// Memory that it may ask for.
    package var memoryBytes: Int64
    package var cpuSeconds: Int64
    /// The longest file that it may write.
    package var fileBytesMax: Int64
    package var descriptorsMax: Int64 = 64

    /// Libraries and the stacks of threads take addresses that they hardly use.
    private static let addressBytesExtra: Int64 = 8 << 30

    package init(memoryBytes: Int64, cpuSeconds: Int64, fileBytesMax: Int64) {
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.fileBytesMax = fileBytesMax
    }

    /// Sets these limits on a running process of this user; returns 0 or an error number.
    func apply(to process: Int32) -> Int32 {
        cconfine_limit(
            process,
            cconfine_limits(
                memory_bytes: memoryBytes,
                address_bytes: memoryBytes + Self.addressBytesExtra,
                cpu_seconds: cpuSeconds,
                file_bytes: fileBytesMax,
                descriptors: descriptorsMax
            )
        )
    }
}
