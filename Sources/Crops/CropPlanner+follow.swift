extension CropPlanner {
    /// One still crop where the face stays in it; else as few as can be, each for as long as the face fits.
    func follow(
        _ track: FaceTrack,
        from startMs: Int,
        to endMs: Int,
        size: (width: Int, height: Int)
    ) -> [ShotCrop] {
        func still(_ start: Int, _ end: Int, _ hits: [FaceTrack.Hit], _ notes: [ShotCrop.Note]) -> ShotCrop {
            let inside = track.hits.filter { $0.timeMs >= start && $0.timeMs < end }
            let rect = place(hits, size)
            return ShotCrop(
                startMs: start,
                endMs: end,
                layout: .crop,
                rect: rect,
                trackIDs: inside.allSatisfy { holds(rect, $0) } ? [track.id] : [],
                notes: notes
            )
        }

        // A seat has one place for all of the shot, so that the crop is the same each time it comes back to it.
        if fits(track.hits, size) { return [still(startMs, endMs, track.hits, [])] }
        let hits = track.hits.filter { $0.timeMs >= startMs && $0.timeMs < endMs }
        let seen = hits.isEmpty ? nearest(track, to: (startMs + endMs) / 2) : hits
        if seen.contains(where: { !fits([$0], size) }) {
            return [still(startMs, endMs, seen, [.faceLargerThanCrop])]
        }
        let pieces = pieces(seen, from: startMs, to: endMs, size: size)
        return pieces.map { still($0.startMs, $0.endMs, $0.hits, pieces.count > 1 ? [.faceMoves] : []) }
    }

    private struct Piece {
        var startMs: Int
        var endMs: Int
        var hits: [FaceTrack.Hit]
    }

    private func pieces(
        _ hits: [FaceTrack.Hit],
        from startMs: Int,
        to endMs: Int,
        size: (width: Int, height: Int)
    ) -> [Piece] {
        var pieces: [Piece] = []
        var open = Piece(startMs: startMs, endMs: endMs, hits: [])
        for (index, hit) in hits.enumerated() {
            if open.hits.isEmpty || fits(open.hits + [hit], size) {
                open.hits.append(hit)
                continue
            }
            let next = hits[(index + 1)...].prefix(jumpSamplesMin - 1)
            if next.contains(where: { fits(open.hits + [$0], size) }) { continue }
            let cut = ((open.hits.last?.timeMs ?? hit.timeMs) + hit.timeMs) / 2
            guard cut - open.startMs >= standMsMin else {
                open.hits.append(hit)
                continue
            }
            open.endMs = cut
            pieces.append(open)
            open = Piece(startMs: cut, endMs: endMs, hits: [hit])
        }
        pieces.append(open)
        if pieces.count > 1, endMs - open.startMs < standMsMin {
            // The last is too short to stand: all become equally long, or the one before stands to the end.
            if let equal = equal(hits, pieces.count, from: startMs, to: endMs, size: size) { return equal }
            pieces.removeLast()
            pieces[pieces.count - 1].endMs = endMs
            pieces[pieces.count - 1].hits += open.hits
        }
        return pieces
    }

    /// So many pieces of one length; nil where the face does not fit into each, or they are too short to stand.
    private func equal(
        _ hits: [FaceTrack.Hit],
        _ count: Int,
        from startMs: Int,
        to endMs: Int,
        size: (width: Int, height: Int)
    ) -> [Piece]? {
        guard (endMs - startMs) / count >= standMsMin else { return nil }
        let edges = (0...count).map { startMs + (endMs - startMs) * $0 / count }
        let pieces = zip(edges, edges.dropFirst()).map { start, end in
            Piece(startMs: start, endMs: end, hits: hits.filter { $0.timeMs >= start && $0.timeMs < end })
        }
        return pieces.allSatisfy { !$0.hits.isEmpty && fits($0.hits, size) } ? pieces : nil
    }

    private func nearest(_ track: FaceTrack, to timeMs: Int) -> [FaceTrack.Hit] {
        track.hits.min { abs($0.timeMs - timeMs) < abs($1.timeMs - timeMs) }.map { [$0] } ?? []
    }
}
