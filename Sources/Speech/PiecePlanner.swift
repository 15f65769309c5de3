/// Cuts an audio file where it is silent, into pieces for several processes.
///
/// Pieces bound the memory of a process, give progress, and can be tried again alone.
package struct PiecePlanner: Sendable {
    package var pieceMsMin = 60_000
    package var pieceMsMax = 300_000
    /// So many pieces for each process, where the length allows: the last to end is then not far behind.
    package var piecesPerProcess = 2
    /// How far from the even division a cut may lie.
    package var searchMsMax = 15_000
    /// The pause looked for.
    package var pauseMs = 300

    package init() {}

    /// The pieces in milliseconds, in order and without gaps.
    package func pieces(_ curve: EnergyCurve, durationMs: Int, processCount: Int) -> [Range<Int>] {
        guard durationMs > 0 else { return [] }
        let share = durationMs / max(1, processCount * piecesPerProcess)
        let length = min(max(share, pieceMsMin), pieceMsMax)
        let count = max(1, Int((Double(durationMs) / Double(length)).rounded()))
        let even = Double(durationMs) / Double(count)
        let search = min(searchMsMax, Int(even / 4))
        let cuts = (1..<max(1, count)).map { number in
            quietest(near: Int(Double(number) * even), within: search, curve)
        }
        let edges = [0] + cuts + [durationMs]
        return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map { $0..<$1 }
    }

    /// The middle of the quietest pause near `idealMs`; of equal ones the nearest.
    private func quietest(near idealMs: Int, within searchMs: Int, _ curve: EnergyCurve) -> Int {
        let width = pauseMs / EnergyCurve.frameMs
        let frames = curve.frames(fromMs: idealMs - searchMs, toMs: idealMs + searchMs)
        guard frames.count > width else { return idealMs }
        var best = idealMs
        var bestWorth = Float.infinity
        for first in frames.lowerBound...(frames.upperBound - width) {
            let loudest = curve.framesDb[first..<(first + width)].max() ?? 0
            let middleMs = (first + width / 2) * EnergyCurve.frameMs
            // A whole search range away is worth 6 dB.
            let worth = loudest + 6 * Float(abs(middleMs - idealMs)) / Float(max(1, searchMs))
            if worth < bestWorth {
                bestWorth = worth
                best = middleMs
            }
        }
        return best
    }
}
