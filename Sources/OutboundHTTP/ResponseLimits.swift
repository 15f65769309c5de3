/// How much of an answer is taken.
package struct ResponseLimits: Sendable, Hashable {
    /// What happens when the body is longer than what is kept.
    package enum Excess: Sendable, Hashable {
        /// The transfer fails with `tooLarge`.
        case fail

        /// The kept part is returned and marked as truncated.
        ///
        /// The answer then stands once its headers are there: also when its body breaks off, is too slow or is not
        /// what the headers say.
        case truncate
    }

    /// The part of the body that is kept.
    package var keptBytesMax: Int

    /// With `truncate`, what is read and dropped beyond it, so that the connection can be used again.
    package var drainedBytesMax: Int
    package var headerBytesMax: Int

    /// With `truncate`, how long the body may take after the headers; nil for as long as the whole transfer.
    package var bodyMillisecondsMax: Int?
    package var excess: Excess

    package init(
        keptBytesMax: Int = 1 << 20,
        drainedBytesMax: Int = 0,
        headerBytesMax: Int = 64 << 10,
        bodyMillisecondsMax: Int? = nil,
        excess: Excess = .fail
    ) {
        self.keptBytesMax = keptBytesMax
        self.drainedBytesMax = drainedBytesMax
        self.headerBytesMax = headerBytesMax
        self.bodyMillisecondsMax = bodyMillisecondsMax
        self.excess = excess
    }
}
