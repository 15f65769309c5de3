/// Pauses between the tries of one transfer.
package struct RetryDelays: Sendable, Hashable {
    /// One pause before each further try.
    package var delaysMs: [Int]

    package init(delaysMs: [Int] = [500, 1_000, 2_000, 4_000, 8_000]) { self.delaysMs = delaysMs }
}
