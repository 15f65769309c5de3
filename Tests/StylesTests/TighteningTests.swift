import Contracts
import Testing

@testable import Styles

@Suite struct TighteningTests {
    /// What a clip holds: words with pauses between them, and which words are fillers.
    private struct Clip {
        var durationMs: Int
        var words: [TimeRange]
        var fillers: [TimeRange]
        var pauses: [TimeRange]

        /// Made of a seed, so that a failure can be seen again.
        init(seed: UInt64) {
            var random = SeededNumbers(seed)
            var clock = random.next(0...900)
            (words, fillers, pauses) = ([], [], [])
            for index in 0..<random.next(1...60) {
                let word = TimeRange(startMs: clock, endMs: clock + random.next(40...600))
                words.append(word)
                if index > 0, random.next(0...5) == 0 { fillers.append(word) }
                let gap = random.next(0...3) == 0 ? random.next(300...3_000) : random.next(0...150)
                // A measured silence begins and ends somewhere near the words.
                if gap > 200 {
                    pauses.append(
                        TimeRange(
                            startMs: max(0, word.endMs + random.next(-80...80)),
                            endMs: word.endMs + gap + random.next(-80...80)
                        )
                    )
                }
                clock = word.endMs + gap
            }
            durationMs = clock + random.next(1...400)
        }
    }

    private func tightening(
        _ clip: Clip,
        _ style: TighteningStyle,
        fps: (num: Int, den: Int) = (30, 1)
    ) -> Tightening {
        Tightening(
            style,
            durationMs: clip.durationMs,
            fpsNum: fps.num,
            fpsDen: fps.den,
            words: clip.words,
            pauses: clip.pauses,
            fillers: clip.fillers
        )
    }

    private static let styles = [
        TighteningStyle(pauseMsMax: 200, fillers: true), TighteningStyle(pauseMsMax: 500, fillers: false),
        TighteningStyle(pauseMsMax: nil, fillers: true), TighteningStyle(pauseMsMax: 5_000, fillers: true),
    ]

    @Test(arguments: [(24, 1), (25, 1), (30_000, 1_001), (30, 1), (60, 1), (12, 1)])
    func `whatever a clip holds, what is kept is in order, whole and long enough`(num: Int, den: Int) {
        let frameMs = 1_000 * Double(den) / Double(num)
        var cuts = 0
        for seed in 0..<UInt64(120) {
            let clip = Clip(seed: seed)
            let style = Self.styles[Int(seed % 4)]
            let result = tightening(clip, style, fps: (num, den)).decide()
            let (kept, time) = (result.kept, KeptTime(result.kept))
            cuts += kept.count - 1

            #expect(kept.first?.startMs == 0 && kept.last?.endMs == clip.durationMs)
            #expect(kept.allSatisfy { Double($0.durationMs) >= 5 * frameMs - 2 } || kept.count == 1)
            #expect(
                zip(kept, kept.dropFirst()).allSatisfy { Double($1.startMs - $0.endMs) >= 3 * frameMs - 2 }
            )
            #expect(Double(time.durationMs) >= Double(clip.durationMs) * 0.6 - 2)
            let spoken = clip.words.enumerated().filter { index, word in
                !style.fillers || index == 0 || index == clip.words.count - 1 || !clip.fillers.contains(word)
            }
            for (_, word) in spoken {
                #expect(
                    kept.contains { $0.startMs <= word.startMs && word.endMs <= $0.endMs },
                    "seed \(seed)"
                )
                #expect(time.output(word.endMs) - time.output(word.startMs) == word.durationMs)
            }
            let shown = stride(from: 0, through: clip.durationMs, by: 7).map(time.output)
            #expect(zip(shown, shown.dropFirst()).allSatisfy { 0...7 ~= $1 - $0 })
            #expect(time.output(clip.durationMs) == time.durationMs)
            // Whole frames before each join: nothing adds up.
            var clock = 0
            for range in kept.dropLast() {
                clock += range.durationMs
                let frames = Double(clock) / frameMs
                #expect(abs(frames - frames.rounded()) * frameMs <= 0.51)
            }
        }
        #expect(cuts > 300)
    }

    private func clip(_ words: [(Int, Int)], durationMs: Int) -> Clip {
        var clip = Clip(seed: 0)
        clip.durationMs = durationMs
        clip.words = words.map { TimeRange(startMs: $0, endMs: $1) }
        (clip.fillers, clip.pauses) = ([], [])
        return clip
    }

    @Test func `a long pause keeps about what the style allows, and rests on both sides`() {
        var clip = clip([(0, 1_000), (3_000, 6_000)], durationMs: 7_000)
        clip.pauses = [TimeRange(startMs: 1_000, endMs: 3_000)]

        let kept = tightening(clip, TighteningStyle(pauseMsMax: 500, fillers: false)).decide().kept

        #expect(kept.count == 2)
        #expect((1_250...1_290).contains(kept[0].endMs) && (2_710...2_750).contains(kept[1].startMs))
        let spared = tightening(clip, TighteningStyle(pauseMsMax: 2_000, fillers: false)).decide().kept
        #expect(spared.count == 1)
    }

    @Test func `a pause that a transcript's word reaches into is shortened behind the word`() {
        var clip = clip([(0, 1_800), (3_000, 6_000)], durationMs: 7_000)
        clip.pauses = [TimeRange(startMs: 1_000, endMs: 3_000)]

        let kept = tightening(clip, TighteningStyle(pauseMsMax: 200, fillers: false)).decide().kept

        #expect(kept[0].endMs >= 1_800 + Tightening.wordMarginMs)
    }

    @Test func `a filler goes with one of the pauses around it`() {
        var clip = clip([(0, 1_000), (1_400, 1_700), (2_300, 5_000)], durationMs: 6_000)
        clip.fillers = [clip.words[1]]

        let kept = tightening(clip, TighteningStyle(pauseMsMax: nil, fillers: true)).decide().kept
        let without = tightening(clip, TighteningStyle(pauseMsMax: nil, fillers: false)).decide().kept

        let pause = KeptTime(kept).output(2_300) - KeptTime(kept).output(1_000)
        #expect(kept.count == 2 && (600...680).contains(pause))
        #expect(kept[0].endMs <= 1_400 && kept[1].startMs >= 1_700)
        #expect(without.count == 1)
    }

    @Test func `the first and the last word stay, and a filler that touches a word too`() {
        var clip = clip([(0, 300), (330, 700), (1_000, 3_000), (3_500, 3_900)], durationMs: 4_500)
        clip.fillers = [clip.words[0], clip.words[1], clip.words[3]]

        #expect(tightening(clip, TighteningStyle(pauseMsMax: nil, fillers: true)).decide().kept.count == 1)
    }

    @Test func `no more than a part of a short is cut out, and it is told`() {
        var clip = clip([(0, 500), (5_000, 5_500), (9_000, 9_500)], durationMs: 10_000)
        clip.pauses = [TimeRange(startMs: 500, endMs: 5_000), TimeRange(startMs: 5_500, endMs: 9_000)]

        let result = tightening(clip, TighteningStyle(pauseMsMax: 600, fillers: false)).decide()

        #expect(result.isLimited && result.kept.count == 2)
        #expect(KeptTime(result.kept).durationMs >= 6_000)
    }

    @Test func `a clip without words is left alone`() {
        var clip = clip([], durationMs: 5_000)
        clip.pauses = [TimeRange(startMs: 0, endMs: 5_000)]

        let result = tightening(clip, TighteningStyle(pauseMsMax: 200, fillers: true)).decide()

        #expect(result == .init(kept: [TimeRange(startMs: 0, endMs: 5_000)], isLimited: false))
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
