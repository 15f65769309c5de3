/// A stretch of the source without a cut, from `startMs` up to but without `endMs`.
package struct Shot: Sendable, Hashable {
    package let startMs: Int
    package let endMs: Int

    package init(startMs: Int, endMs: Int) {
        self.startMs = startMs
        self.endMs = endMs
    }

    package var lengthMs: Int { endMs - startMs }

    package func contains(_ timeMs: Int) -> Bool { timeMs >= startMs && timeMs < endMs }

    package func overlaps(_ times: Range<Int>) -> Bool {
        times.lowerBound < endMs && times.upperBound > startMs
    }

    /// The shots between `startMs` and `endMs`, given the times of the cuts in any order.
    ///
    /// Cuts nearer than `lengthMsMin` to the one before, or to the end, are passed over: no viewer follows them.
    package static func split(startMs: Int = 0, endMs: Int, cutsMs: [Int], shotMsMin: Int = 200) -> [Shot] {
        guard endMs > startMs else { return [] }
        var edges = [startMs]
        for cut in cutsMs.sorted() {
            let isFarEnough = cut - (edges.last ?? startMs) >= shotMsMin && endMs - cut >= shotMsMin
            if isFarEnough { edges.append(cut) }
        }
        edges.append(endMs)
        return zip(edges, edges.dropFirst()).map { Shot(startMs: $0, endMs: $1) }
    }
}
