import Contracts
import Media

/// Judges the ends and the joins of a finished short's sound.
struct SoundCheck {
    /// A word that keeps so far from an end of the short is whole.
    static let marginMs = 40
    /// What is so much quieter than the short is no word; music goes on where nobody speaks.
    static let quietLU: Float = 12
    static let quietLUWithMusic: Float = 6
    /// A leap that nobody hears, whatever lies around it; drums leap.
    static let leapMin: Float = 0.04
    static let leapMinWithMusic: Float = 0.15
    /// A click leaps so many times as far as the sound around it.
    static let leapTimes: Float = 3
    /// So many steps of 10 ms on each side of a join tell how the sound leaps there without one.
    static let stepsAround = 12

    let short: Composition.Short
    let measure: RenditionMeasure

    private var hasMusic: Bool { short.branding?.music != nil }
    private var quietLU: Float { hasMusic ? Self.quietLUWithMusic : Self.quietLU }
    private var leapMin: Float { hasMusic ? Self.leapMinWithMusic : Self.leapMin }

    /// The first and the last word are whole.
    var words: CaptionCheck.Verdict {
        let end = measure.audioMs
        let spoken = short.captions.flatMap(\.words)
        let fadeIn = short.audio.fadeInMs
        let fadeOut = short.audio.fadeOutMs
        let firstMs = spoken.first?.startMs
        let lastMs = spoken.last.map { end - $0.endMs }
        let loudness = Float(measure.integratedLufs)
        let before = measure.levels.loudestDb(fadeIn..<fadeIn + Self.marginMs)
        let after = measure.levels.loudestDb(max(0, end - fadeOut - Self.marginMs)..<max(1, end - fadeOut))
        let startsWhole = firstMs.map { $0 >= Self.marginMs } ?? false || before <= loudness - quietLU
        let endsWhole = lastMs.map { $0 >= Self.marginMs } ?? false || after <= loudness - quietLU
        func place(_ ms: Int?, _ level: Float) -> String {
            let words = ms.map { "word \($0) ms off, " } ?? ""
            return "\(words)\((Double(loudness) - Double(level)).tenths) LU below the short"
        }
        return (
            startsWhole && endsWhole,
            "start: \(place(firstMs, before)); end: \(place(lastMs, after)); wanted \(Self.marginMs) ms or "
                + "\(Int(quietLU)) LU"
        )
    }

    /// Neither end and no join of two stretches clicks.
    var clicks: CaptionCheck.Verdict {
        let steps = joinsMs.map { $0 / SoundLevels.stepMs }
        let loud = steps.filter { step in
            let leaps = measure.levels.leaps
            let own = leaps.range(step - 1, step + 1).max() ?? 0
            let before = leaps.range(step - Self.stepsAround, step - 2)
            let around = before + leaps.range(step + 2, step + Self.stepsAround)
            return own > max(leapMin, Self.leapTimes * (around.max() ?? 0))
        }
        let ends = [measure.levels.leaps.first, measure.levels.leaps.last].compactMap(\.self)
        let loudEnds = ends.filter { $0 > leapMin && $0 > Self.leapTimes * typicalLeap }
        return (
            loud.isEmpty && loudEnds.isEmpty,
            "\(loud.count) of \(steps.count) joins and \(loudEnds.count) of 2 ends click; at most 0"
        )
    }

    /// The leap that only one step in twenty goes beyond.
    private var typicalLeap: Float {
        let sorted = measure.levels.leaps.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count * 19 / 20]
    }

    /// Where one stretch of the source follows another, in the short's time.
    private var joinsMs: [Int] {
        var at = 0
        return (short.keptRangesMs ?? []).dropLast().map { range in
            at += range.durationMs
            return at
        }
    }
}

extension [Float] {
    /// The elements from one index to another, those that there are.
    fileprivate func range(_ from: Int, _ to: Int) -> ArraySlice<Float> {
        let (from, to) = (Swift.max(0, from), Swift.min(count, to + 1))
        return from < to ? self[from..<to] : []
    }
}
