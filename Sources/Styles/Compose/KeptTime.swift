package import Contracts

/// Where a moment of a clip lies in a short that shows some stretches of it one after another.
package struct KeptTime: Sendable, Hashable {
    /// In clip time and in order.
    package let ranges: [TimeRange]

    package init(_ ranges: [TimeRange]) { self.ranges = ranges }

    package init(_ short: Composition.Short) {
        ranges = short.keptRangesMs ?? [TimeRange(startMs: 0, endMs: short.durationMs)]
    }

    /// Length of the short.
    package var durationMs: Int { ranges.reduce(0) { $0 + $1.durationMs } }

    /// The time in the short; what is cut out lies where the cut is.
    package func output(_ clipMs: Int) -> Int {
        var passed = 0
        for range in ranges {
            if clipMs < range.endMs { return passed + max(0, clipMs - range.startMs) }
            passed += range.durationMs
        }
        return passed
    }

    /// A word in the time of the short; nil for one of which most is cut out.
    package func output(startMs: Int, endMs: Int) -> TimeRange? {
        let shown = TimeRange(startMs: output(startMs), endMs: output(endMs))
        return 2 * shown.durationMs >= endMs - startMs ? shown : nil
    }
}
