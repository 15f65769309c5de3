package import Contracts

/// Decides which stretches of a clip a short keeps when its style shortens pauses and cuts out fillers.
///
/// Cuts are whole frames, so that picture and sound stay in step however many there are.
package struct Tightening: Sendable {
    /// So much stays around every word, where it is there: speech fades in and out, and a transcript's times are not
    /// exact.
    static let wordMarginMs = 120
    /// So much stays beside a filler's neighbours at least.
    static let fillerGapMsMin = 40
    /// Between a filler and its cut, or half of what there is.
    static let fillerGuardMs = 20
    /// A shorter cut would be a jump that saves nothing.
    static let cutFramesMin = 3
    /// A shorter stretch between two cuts would flash up.
    static let keptFramesMin = 6
    /// More is not cut out of a short: it would be another one.
    static let removedShareMax = 0.4

    package struct Result: Sendable, Hashable {
        /// In clip time, in order and apart; one range where nothing is cut out.
        package var kept: [TimeRange]
        /// Whether something stayed because too much would have gone.
        package var isLimited: Bool
    }

    /// Whole frames that go.
    private struct Cut {
        var frames: Range<Int>
        var isFiller: Bool
    }

    private let style: TighteningStyle
    private let durationMs: Int
    private let frameMs: Double
    /// What is said and stays, in order.
    private let spoken: [TimeRange]
    private let fillers: [TimeRange]
    private let pauses: [TimeRange]

    /// All in clip time; `words` are in the order of their starts.
    package init(
        _ style: TighteningStyle,
        durationMs: Int,
        fpsNum: Int,
        fpsDen: Int,
        words: [TimeRange],
        pauses: [TimeRange],
        fillers: [TimeRange]
    ) {
        self.style = style
        self.durationMs = durationMs
        frameMs = 1_000 * Double(fpsDen) / Double(fpsNum)
        self.pauses = pauses
        let marked = style.fillers ? fillers : []
        // The first and the last word stay, whatever they are.
        let areFillers = words.enumerated().map { index, word in
            index > 0 && index < words.count - 1 && marked.contains { Self.covers($0, word) }
        }
        spoken = zip(words, areFillers).filter { !$1 }.map(\.0)
        self.fillers = zip(words, areFillers).filter { $1 }.map(\.0)
    }

    package func decide() -> Result {
        var cuts = gaps.flatMap(self.cuts).sorted { $0.frames.lowerBound < $1.frames.lowerBound }
        cuts = apart(cuts)
        let (within, isLimited) = limited(cuts)
        return Result(kept: kept(within.map(\.frames)), isLimited: isLimited)
    }

    /// What lies between one word that stays and the next.
    private var gaps: [TimeRange] {
        var gaps: [TimeRange] = []
        var clock = spoken.first?.endMs ?? 0
        for word in spoken.dropFirst() {
            if word.startMs > clock { gaps.append(TimeRange(startMs: clock, endMs: word.startMs)) }
            clock = max(clock, word.endMs)
        }
        return gaps
    }

    private func cuts(in gap: TimeRange) -> [Cut] {
        let inside = fillers.filter { $0.startMs >= gap.startMs && $0.endMs <= gap.endMs }
        if let first = inside.first, let last = inside.map(\.endMs).max() {
            return fillerCut(TimeRange(startMs: first.startMs, endMs: last), in: gap).map { [$0] } ?? []
        }
        guard let pauseMsMax = style.pauseMsMax else { return [] }
        return pauses.compactMap { pause in
            let start = max(pause.startMs, gap.startMs)
            let end = min(pause.endMs, gap.endMs)
            guard end - start > pauseMsMax else { return nil }
            return cut(
                from: max(start + pauseMsMax / 2, gap.startMs + Self.wordMarginMs),
                to: min(end - pauseMsMax / 2, gap.endMs - Self.wordMarginMs),
                isFiller: false
            )
        }
    }

    /// Of the two pauses around a filler one stays, as long as the longer one.
    private func fillerCut(_ filler: TimeRange, in gap: TimeRange) -> Cut? {
        let before = filler.startMs - gap.startMs
        let after = gap.endMs - filler.endMs
        guard before >= Self.fillerGapMsMin, after >= Self.fillerGapMsMin else { return nil }
        let rest = min(max(before, after), style.pauseMsMax ?? .max)
        func kept(_ side: Int) -> Int {
            let there = side - min(Self.fillerGuardMs, side / 2)
            return min(there, max(rest * side / (before + after), Self.wordMarginMs))
        }
        return cut(from: gap.startMs + kept(before), to: gap.endMs - kept(after), isFiller: true)
    }

    private func cut(from startMs: Int, to endMs: Int, isFiller: Bool) -> Cut? {
        let first = Int((Double(startMs) / frameMs).rounded(.up))
        let end = Int((Double(endMs) / frameMs).rounded(.down))
        guard end - first >= Self.cutFramesMin else { return nil }
        return Cut(frames: first..<end, isFiller: isFiller)
    }

    /// Leaves out what would leave too short a stretch before, between or behind cuts.
    private func apart(_ cuts: [Cut]) -> [Cut] {
        let lastFrame = Int(Double(durationMs) / frameMs) - Self.keptFramesMin
        var kept: [Cut] = []
        for cut in cuts where cut.frames.upperBound <= lastFrame {
            let earliest = (kept.last?.frames.upperBound ?? 0) + Self.keptFramesMin
            if cut.frames.lowerBound >= earliest {
                kept.append(cut)
            } else if let last = kept.last, last.frames.count < cut.frames.count,
                cut.frames.lowerBound >= (kept.dropLast().last?.frames.upperBound ?? 0) + Self.keptFramesMin
            {
                kept[kept.count - 1] = cut
            }
        }
        return kept
    }

    /// Fillers go first, then the longest pauses, as long as enough of the short is left.
    private func limited(_ cuts: [Cut]) -> (cuts: [Cut], isLimited: Bool) {
        var room = Int(Double(durationMs) * Self.removedShareMax / frameMs)
        var taken: [Cut] = []
        let order = cuts.sorted {
            ($0.isFiller ? 0 : 1, -$0.frames.count, $0.frames.lowerBound)
                < ($1.isFiller ? 0 : 1, -$1.frames.count, $1.frames.lowerBound)
        }
        for cut in order where cut.frames.count <= room {
            room -= cut.frames.count
            taken.append(cut)
        }
        return (
            taken.sorted { $0.frames.lowerBound < $1.frames.lowerBound }, taken.count < cuts.count
        )
    }

    /// What is left, in milliseconds: each stretch is as long as the whole frames before its end say, so that no
    /// rounding adds up.
    private func kept(_ cuts: [Range<Int>]) -> [TimeRange] {
        var ranges: [TimeRange] = []
        var (first, frames) = (0, 0)
        for cut in cuts {
            let next = frames + cut.lowerBound - first
            let start = milliseconds(first)
            ranges.append(
                TimeRange(startMs: start, endMs: start + milliseconds(next) - milliseconds(frames))
            )
            (first, frames) = (cut.upperBound, next)
        }
        ranges.append(TimeRange(startMs: milliseconds(first), endMs: durationMs))
        return ranges
    }

    private func milliseconds(_ frames: Int) -> Int { Int((Double(frames) * frameMs).rounded()) }

    /// Whether a mark has most of a word.
    private static func covers(_ mark: TimeRange, _ word: TimeRange) -> Bool {
        let common = min(mark.endMs, word.endMs) - max(mark.startMs, word.startMs)
        return common > 0 && 2 * common >= word.durationMs
    }
}
