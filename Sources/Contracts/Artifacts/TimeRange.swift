/// A stretch of time in milliseconds, the end excluded.
package struct TimeRange: Codable, Sendable, Hashable {
    package var startMs: Int
    package var endMs: Int

    package init(startMs: Int, endMs: Int) {
        self.startMs = startMs
        self.endMs = endMs
    }

    package var durationMs: Int { endMs - startMs }

    package func overlaps(_ other: TimeRange) -> Bool {
        startMs < other.endMs && other.startMs < endMs
    }
}
