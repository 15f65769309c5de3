import Contracts
import Testing

@testable import Providers

@Suite struct ShotPieceTests {
    private func pieces(_ cuts: [Int], kept: [(Int, Int)]) throws -> [ShotPiece] {
        var short = try RenderBench.hosted(ratios: 1).short
        let shot = short.canvases[0].shots[0]
        short.canvases[0].shots = zip([0] + cuts, cuts + [19_640]).map { start, end in
            var part = shot
            (part.startMs, part.endMs) = (start, end)
            return part
        }
        short.keptRangesMs = kept.map { TimeRange(startMs: $0, endMs: $1) }
        return ShotPiece.pieces(of: short.canvases[0], in: short)
    }

    @Test(arguments: [[], [3_990], [4_000], [5_010], [1_000, 5_010, 5_030, 9_000], [4_200, 4_400, 4_990]])
    func `pieces cover the short without a gap, and none is too short to be seen`(cuts: [Int]) throws {
        let kept = [(0, 4_000), (5_000, 7_000), (7_100, 19_640)]

        let pieces = try pieces(cuts, kept: kept)

        #expect(pieces.first?.startMs == 0)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.startMs + $0.lengthMs == $1.startMs })
        #expect((pieces.last.map { $0.startMs + $0.lengthMs }) == 18_540)
        #expect(pieces.allSatisfy { $0.lengthMs >= ShotPiece.lengthMsMin })
        for piece in pieces {
            let range = try #require(kept.last { $0.0 <= piece.clipStartMs })
            #expect(piece.clipStartMs + piece.lengthMs <= range.1)
        }
    }
}
