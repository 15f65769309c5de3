import Testing

@testable import Speech

@Suite struct PiecePlannerTests {
    /// Speech with pauses of half a second that begin at the given times.
    private func curve(lengthMs: Int, pausesMs: [Int]) -> EnergyCurve {
        EnergyCurve(
            framesDb: (0..<(lengthMs / 10)).map { frame in
                pausesMs.contains { ($0..<($0 + 500)).contains(frame * 10) } ? -75 : -25
            }
        )
    }

    @Test func `two processes share two minutes, cut in the pause nearest to the middle`() {
        let curve = curve(lengthMs: 120_000, pausesMs: [10_000, 51_000, 64_000, 90_000])

        let pieces = PiecePlanner().pieces(curve, durationMs: 120_000, processCount: 2)

        #expect(pieces.count == 2)
        #expect(pieces.first.map { (64_000..<64_500).contains($0.upperBound) } == true)
    }

    @Test func `a short file is one piece and an empty one none`() {
        let planner = PiecePlanner()

        #expect(
            planner.pieces(curve(lengthMs: 40_000, pausesMs: []), durationMs: 40_000, processCount: 2) == [
                0..<40_000
            ]
        )
        #expect(planner.pieces(EnergyCurve(framesDb: []), durationMs: 0, processCount: 2).isEmpty)
        #expect(planner.pieces(EnergyCurve(framesDb: []), durationMs: 5, processCount: 2) == [0..<5])
    }

    @Test(arguments: [1, 2, 8], [61_000, 95_000, 600_000, 7_200_000])
    func `pieces have no gaps and bounded lengths`(processCount: Int, lengthMs: Int) {
        let curve = curve(
            lengthMs: lengthMs,
            pausesMs: Array(stride(from: 7000, to: lengthMs, by: 7000).prefix(40))
        )

        let pieces = PiecePlanner().pieces(curve, durationMs: lengthMs, processCount: processCount)

        #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == lengthMs)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(pieces.allSatisfy { $0.count >= 25_000 && $0.count <= 360_000 })
    }
}
