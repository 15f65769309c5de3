import Contracts
import StudioSupport
import Testing

@testable import Editorial

@Suite struct WindowTests {
    private static func windows(_ tokens: [Int], max: Int, sharedMs: Int = 0) -> [Range<Int>] {
        TranscriptWindows(
            tokens: tokens,
            times: tokens.indices.map { ($0 * 1_000, $0 * 1_000 + 900) },
            tokensMax: max,
            sharedMs: sharedMs
        )
        .all()
    }

    @Test func `windows are as large as may be and meet at sentences`() {
        #expect(Self.windows([], max: 10) == [])
        #expect(Self.windows([3, 3, 4], max: 10) == [0..<3])
        #expect(Self.windows([3, 3, 5], max: 10) == [0..<2, 2..<3])
        #expect(Self.windows([3, 30, 3], max: 10) == [0..<1, 1..<2, 2..<3])
    }

    @Test
    func `neighbours share as much time as the longest moment, and no more than a third of their tokens`() {
        #expect(
            Self.windows(Array(repeating: 1, count: 20), max: 10, sharedMs: 3_000) == [
                0..<10, 7..<17, 14..<20,
            ]
        )
        #expect(
            Self.windows(Array(repeating: 1, count: 20), max: 10, sharedMs: 60_000) == [
                0..<10, 7..<17, 14..<20,
            ]
        )
        #expect(Self.windows(Array(repeating: 1, count: 11), max: 10, sharedMs: 1_000) == [0..<10, 9..<11])
        #expect(Self.windows([1, 1, 1], max: 1, sharedMs: 60_000) == [0..<1, 1..<2, 2..<3])
    }

    @Test(arguments: 0..<60) func `windows hold every sentence and always go on`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let tokens = (0..<Int.random(in: 1...300, using: &random)).map { _ in
            Int.random(in: 1...40, using: &random)
        }
        let max = Int.random(in: 1...200, using: &random)

        let windows = Self.windows(tokens, max: max, sharedMs: Int.random(in: 0...90_000, using: &random))

        #expect(Set(windows.flatMap(\.self)) == Set(tokens.indices))
        for (first, second) in zip(windows, windows.dropFirst()) {
            #expect(second.lowerBound > first.lowerBound && second.upperBound > first.upperBound)
            #expect(second.lowerBound <= first.upperBound)
        }
        #expect(windows.allSatisfy { $0.count == 1 || tokens[$0].reduce(0, +) <= max })
    }

    @Test func `a part is asked for its share of the moments, and only where a moment fits`() {
        var limits = HostedLimits()
        limits.windowTokens = 600
        let small = HostedMaterial.desk(limits: limits).parts
        #expect(small.count >= 2 && small.allSatisfy { (3...4).contains($0.wanted) })
        #expect(HostedMaterial.desk().parts.map(\.wanted) == [6])

        let end = SampleTalk.transcript.durationMs
        let none = HostedMaterial.desk(
            ShortsOptions(excludeRangesMs: [TimeRange(startMs: 10_000, endMs: end)])
        )
        #expect(none.parts.isEmpty)
    }

    @Test func `what a run leaves out is not shown`() {
        let range = TimeRange(startMs: 20_000, endMs: 90_000)
        let hole = TimeRange(startMs: 40_000, endMs: 50_000)
        let desk = HostedMaterial.desk(ShortsOptions(rangeMs: range, excludeRangesMs: [hole]))

        let shown = desk.parts.flatMap(\.sentences).map { desk.desk.sentences[$0].cut }
        #expect(!shown.isEmpty)
        #expect(shown.allSatisfy { $0.startMs >= 20_000 && $0.endMs <= 90_000 && !$0.overlaps(hole) })
    }
}
