/// How long the parts of a transfer may take.
package struct TransferTimeouts: Sendable, Hashable {
    /// Name lookup, TCP and TLS together.
    package var connectMilliseconds: Int

    /// The whole transfer, or nil when only its speed is bounded.
    package var totalMilliseconds: Int?

    /// A transfer slower than `speedBytesPerSecondMin` for this long is ended.
    package var stalledSecondsMax: Int
    package var speedBytesPerSecondMin: Int

    package init(
        connectMilliseconds: Int = 5000,
        totalMilliseconds: Int? = 20_000,
        stalledSecondsMax: Int = 30,
        speedBytesPerSecondMin: Int = 1024
    ) {
        self.connectMilliseconds = connectMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.stalledSecondsMax = stalledSecondsMax
        self.speedBytesPerSecondMin = speedBytesPerSecondMin
    }

    /// A small question and its answer: 5 s to connect, 20 s in all.
    package static let exchange = TransferTimeouts()

    /// A file of any length: 10 s to connect, then at least 1 KiB/s over any 30 s.
    package static let streaming = TransferTimeouts(connectMilliseconds: 10_000, totalMilliseconds: nil)

    /// A file for a gateway, which may take minutes to put it into an object store before it answers.
    package static let handingIn = TransferTimeouts(
        connectMilliseconds: 10_000,
        totalMilliseconds: nil,
        stalledSecondsMax: 600
    )
}
