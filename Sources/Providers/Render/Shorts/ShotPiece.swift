import Contracts
import Styles

/// A stretch of a shot that a short shows without a cut in it.
struct ShotPiece: Sendable, Hashable {
    /// Sound that is cut within it clicks, unless it fades for a moment.
    static let joinFadeMs = 10
    /// What is shorter belongs to its neighbour: less than a picture would be asked for.
    static let lengthMsMin = 40

    let shot: Composition.Canvas.Shot
    /// In clip time.
    let clipStartMs: Int
    /// In the time of the short.
    let startMs: Int
    var lengthMs: Int
    /// Of its sound.
    var fadeInMs = 0
    var fadeOutMs = 0

    /// All pieces of a canvas in their order; they cover the short without a gap.
    static func pieces(of canvas: Composition.Canvas, in short: Composition.Short) -> [ShotPiece] {
        var pieces: [ShotPiece] = []
        if let ranges = short.keptRangesMs {
            var clock = 0
            for (index, range) in ranges.enumerated() {
                var part = Self.pieces(of: canvas, in: range, startMs: clock)
                guard !part.isEmpty else { continue }
                if index > 0 { part[0].fadeInMs = joinFadeMs }
                if index < ranges.count - 1 { part[part.count - 1].fadeOutMs = joinFadeMs }
                pieces += part
                clock += range.durationMs
            }
        } else {
            pieces = canvas.shots.map { shot in
                ShotPiece(
                    shot: shot,
                    clipStartMs: shot.startMs,
                    startMs: shot.startMs,
                    lengthMs: shot.endMs - shot.startMs
                )
            }
        }
        guard !pieces.isEmpty else { return [] }
        pieces[0].fadeInMs = short.audio.fadeInMs
        pieces[pieces.count - 1].fadeOutMs = short.audio.fadeOutMs
        return pieces
    }

    /// The shots of one kept range: the first also covers what lies before it, the last what lies behind.
    private static func pieces(
        of canvas: Composition.Canvas,
        in range: TimeRange,
        startMs: Int
    ) -> [ShotPiece] {
        var pieces: [ShotPiece] = []
        for shot in canvas.shots where shot.startMs < range.endMs {
            let piece = ShotPiece(
                shot: shot,
                clipStartMs: max(shot.startMs, range.startMs),
                startMs: startMs + max(shot.startMs - range.startMs, 0),
                lengthMs: range.endMs - max(shot.startMs, range.startMs)
            )
            guard let last = pieces.last else {
                pieces.append(piece)
                continue
            }
            if piece.startMs - last.startMs < lengthMsMin {
                pieces[pieces.count - 1] = ShotPiece(
                    shot: shot,
                    clipStartMs: last.clipStartMs,
                    startMs: last.startMs,
                    lengthMs: last.lengthMs
                )
            } else if piece.lengthMs >= lengthMsMin {
                pieces[pieces.count - 1].lengthMs = piece.startMs - last.startMs
                pieces.append(piece)
            }
        }
        return pieces
    }
}
