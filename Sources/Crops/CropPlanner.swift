/// Chooses for each shot the part of the source that is shown in an aspect ratio.
///
/// Pure arithmetic.
/// A crop stands still; it changes at a cut, or where a moving face forces it. Its sides and its place are even, it
/// lies inside the source, and it holds the whole face with room above wherever these fit.
package struct CropPlanner: Sendable {
    package let sourceWidth: Int
    package let sourceHeight: Int
    /// Room kept above a face, in multiples of its height.
    package var headroom = 0.35
    /// Where the face's middle comes to lie, measured from the top of the crop.
    package var faceHeightInCrop = 0.4
    /// A face counts beside the best one from this part of its weight on.
    package var companionWeight = 0.35
    /// A crop that jumps after a moving face stands at least this long.
    package var standMsMin = 1000

    package init(sourceWidth: Int, sourceHeight: Int) {
        self.sourceWidth = sourceWidth
        self.sourceHeight = sourceHeight
    }

    /// One or more stretches for each shot, in order and without gaps inside a shot.
    package func plan(ratio: CropRatio, shots: [Shot], tracks: [FaceTrack]) -> [ShotCrop] {
        shots.enumerated().flatMap { index, shot in
            plan(ratio: ratio, shot: shot, tracks: tracks.filter { $0.shotIndex == index })
        }
    }

    /// The plans of several ratios over the same stretches, which end wherever one of them changes.
    package func plan(ratios: [CropRatio], shots: [Shot], tracks: [FaceTrack]) -> [FramedStretch] {
        let plans = ratios.map { ($0, plan(ratio: $0, shots: shots, tracks: tracks)) }
        return shots.enumerated().flatMap { index, shot -> [FramedStretch] in
            let edges = Set(
                plans.flatMap { $0.1.flatMap { [$0.startMs, $0.endMs] } } + [shot.startMs, shot.endMs]
            )
            .filter { $0 >= shot.startMs && $0 <= shot.endMs }.sorted()
            return zip(edges, edges.dropFirst()).map { start, end in
                var crops: [CropRatio: ShotCrop] = [:]
                for (ratio, parts) in plans {
                    crops[ratio] = parts.first { $0.startMs <= start && $0.endMs >= end }
                }
                return FramedStretch(startMs: start, endMs: end, shotIndex: index, crops: crops)
            }
        }
    }

    /// The largest part of the source with that ratio, in even pixels; nil for a source too small to cut.
    package func cropSize(_ ratio: CropRatio) -> (width: Int, height: Int)? {
        let evenWidth = sourceWidth & ~1
        let evenHeight = sourceHeight & ~1
        guard evenWidth >= 2 && evenHeight >= 2 else { return nil }
        let width = nearestEven(Double(evenHeight) * Double(ratio.width) / Double(ratio.height))
        if width <= evenWidth { return width >= 2 ? (width, evenHeight) : nil }
        let height = nearestEven(Double(evenWidth) * Double(ratio.height) / Double(ratio.width))
        return height >= 2 ? (evenWidth, min(height, evenHeight)) : nil
    }

    private func plan(ratio: CropRatio, shot: Shot, tracks: [FaceTrack]) -> [ShotCrop] {
        let ranked = tracks.filter { !$0.hits.isEmpty }.sorted { (weight($1), $0.id) < (weight($0), $1.id) }
        func still(
            _ layout: ShotCrop.Layout,
            _ rect: Rect,
            _ shown: [FaceTrack] = [],
            _ notes: [ShotCrop.Note] = []
        ) -> [ShotCrop] {
            let ids = shown.map(\.id).sorted()
            return [
                ShotCrop(
                    startMs: shot.startMs,
                    endMs: shot.endMs,
                    layout: layout,
                    rect: rect,
                    trackIDs: ids,
                    notes: notes
                )
            ]
        }

        guard let size = cropSize(ratio) else {
            return still(.fit, Rect(x: 0, y: 0, width: sourceWidth, height: sourceHeight), [], [.noFace])
        }
        if size.width == sourceWidth & ~1 && size.height == sourceHeight & ~1 {
            return still(.crop, place([], size), ranked)
        }
        guard let best = ranked.first else { return still(.fit, place([], size), [], [.noFace]) }

        // As many of the faces that matter as fit together, the best first.
        let companions = ranked.filter { weight($0) >= weight(best) * companionWeight }
        guard fits(best.hits, size) else {
            let notes: [ShotCrop.Note] =
                companions.count > 1 ? [.facesLeftOut(count: companions.count - 1)] : []
            return follow(best, from: shot.startMs, to: shot.endMs, size: size, notes: notes)
        }
        var shown: [FaceTrack] = []
        for track in companions where fits((shown + [track]).flatMap(\.hits), size) { shown.append(track) }
        let leftOut = companions.count - shown.count
        let notes: [ShotCrop.Note] = leftOut > 0 ? [.facesLeftOut(count: leftOut)] : []
        return still(.crop, place(shown.flatMap(\.hits), size), shown, notes)
    }

    /// Cuts the stretch in two until the face fits into a still crop or the stretch is too short to cut.
    private func follow(
        _ track: FaceTrack,
        from startMs: Int,
        to endMs: Int,
        size: (width: Int, height: Int),
        notes: [ShotCrop.Note]
    ) -> [ShotCrop] {
        let hits = track.hits.filter { $0.timeMs >= startMs && $0.timeMs < endMs }
        let isLarge = hits.contains { !fits([$0], size) }
        if isLarge || fits(hits, size) || hits.count < 2 || endMs - startMs < standMsMin * 2 {
            let seen = hits.isEmpty ? nearest(track, to: (startMs + endMs) / 2) : hits
            return [
                ShotCrop(
                    startMs: startMs,
                    endMs: endMs,
                    layout: .crop,
                    rect: place(seen, size),
                    trackIDs: isLarge || !fits(seen, size) ? [] : [track.id],
                    notes: notes + [isLarge ? .faceLargerThanCrop : .faceMoves]
                )
            ]
        }
        let middle = (startMs + endMs) / 2
        return follow(track, from: startMs, to: middle, size: size, notes: notes)
            + follow(track, from: middle, to: endMs, size: size, notes: notes)
    }

    private func nearest(_ track: FaceTrack, to timeMs: Int) -> [FaceTrack.Hit] {
        track.hits.min { abs($0.timeMs - timeMs) < abs($1.timeMs - timeMs) }.map { [$0] } ?? []
    }

    /// How much a face deserves the picture: how long it is seen, how large, how central, how sure.
    package func weight(_ track: FaceTrack) -> Double {
        guard !track.hits.isEmpty, sourceWidth > 0, sourceHeight > 0 else { return 0 }
        let count = Double(track.hits.count)
        let size = track.hits.reduce(0) { $0 + Double($1.face.box.area).squareRoot() } / count
        let offset =
            track.hits.reduce(0) { $0 + abs($1.face.box.centerX - Double(sourceWidth) / 2) } / count
            / (Double(sourceWidth) / 2)
        let score = track.hits.reduce(0) { $0 + $1.face.score } / count
        let seen = min(1, count / Double(max(1, track.samplesInShot)))
        return seen * (size / Double(sourceHeight)) * (1 - min(1, offset) / 2) * score
    }
}
