import Contracts

/// Scores windows of sentences.
///
/// The weights are explained in `docs/editorial.md`.
struct MomentScoring {
    static let hookWeight = 0.30
    static let standaloneWeight = 0.25
    static let valueWeight = 0.20
    static let shareabilityWeight = 0.15
    static let energyWeight = 0.10
    static let keywordPoints = 8.0
    static let keywordPointsMax = 16.0
    /// Silence inside a short that loses viewers.
    static let deadAirMs = 3_500

    let sentences: [SentenceProfile]
    let durations: ClosedRange<Int>
    private let energy: SourceEnergy
    private let sums: [Tally]
    private let wordsPerSecond: Double
    private let hooks: [Double]
    private let starts: [Double]
    private let ends: [Double]

    init(sentences: [SentenceProfile], energy: SourceEnergy, durations: ClosedRange<Int>) {
        self.sentences = sentences
        self.energy = energy
        self.durations = durations
        sums = sentences.reduce(into: [Tally()]) { $0.append($0[$0.count - 1] + $1.tally) }
        let total = sums[sentences.count]
        wordsPerSecond = Double(total.words) / max(1, Double(total.spokenMs) / 1_000)
        hooks = sentences.indices.map { Self.hook(sentences, at: $0) }
        starts = sentences.indices.map { Self.opening(sentences, at: $0) }
        ends = sentences.indices.map { Self.ending(sentences, at: $0) }
    }

    func tally(_ first: Int, _ last: Int) -> Tally { sums[last + 1] - sums[first] }

    func candidate(_ first: Int, _ last: Int, longestPauseMs: Int) -> Candidate {
        let range = TimeRange(startMs: sentences[first].cut.startMs, endMs: sentences[last].cut.endMs)
        let tally = tally(first, last)
        let deadAir = longestPauseMs > Self.deadAirMs ? 25.0 : 0
        let subscores = Plan.Subscores(
            hook: Self.rounded(hooks[first]),
            standalone: Self.rounded(starts[first] + ends[last] - deadAir),
            value: Self.rounded(Self.value(tally)),
            shareability: Self.rounded(Self.shareability(tally, durationMs: range.durationMs)),
            energy: Self.rounded(energy(tally, range))
        )
        let score = Self.score(subscores, keywords: tally.keywords, fit: durationFit(range.durationMs))
        return Candidate(first: first, last: last, range: range, subscores: subscores, score: score)
    }

    /// The score that subscores make, whoever gave them.
    static func score(_ subscores: Plan.Subscores, keywords: Int, fit: Double = 1) -> Double {
        let weighted =
            hookWeight * subscores.hook + standaloneWeight * subscores.standalone
            + valueWeight * subscores.value + shareabilityWeight * subscores.shareability
            + energyWeight * subscores.energy
        return rounded(weighted * fit + min(Double(keywords) * keywordPoints, keywordPointsMax))
    }

    /// Windows that only just fit are worth less: too short to land a point, or too long to keep a viewer.
    private func durationFit(_ durationMs: Int) -> Double {
        let span = Double(max(1, durations.upperBound - durations.lowerBound))
        let place = Double(durationMs - durations.lowerBound) / span
        if place < 0.2 { return 0.9 + 0.5 * max(0, place) }
        return place > 0.85 ? 1 - 0.5 * min(place - 0.85, 0.15) : 1
    }

    private func energy(_ tally: Tally, _ range: TimeRange) -> Double {
        let rate = Double(tally.words) / max(1, Double(range.durationMs) / 1_000)
        // A window has pauses in it, which the source's own rate, taken over spoken time, has not.
        let pace = wordsPerSecond > 0 ? rate / (wordsPerSecond * 0.85) - 1 : 0
        return 50 + 5 * (energy.lift(range) ?? 0) + 60 * pace
    }

    private static func rounded(_ value: Double) -> Double { (min(max(value, 0), 100) * 10).rounded() / 10 }
}
