/// Chooses for each shot the part of the source that is shown in an aspect ratio.
///
/// Pure arithmetic.
/// The layout is chosen first, the crop then stands still: one face, or all that fit together, in one crop; of several
/// that do not fit together the one who speaks; two of whom nobody knows who speaks, one above the other; more of them
/// in the whole picture. A crop changes at a cut, where another one speaks, or where a moving face forces it. Its sides
/// and its place are even, it lies inside the source, and it holds the whole face with room above wherever these fit.
package struct CropPlanner: Sendable {
    package let sourceWidth: Int
    package let sourceHeight: Int
    /// Room kept above a face, in multiples of its height.
    package var headroom = 0.35
    /// Room kept around a face where there is some, in multiples of its width: it moves between two samples.
    package var margin = 0.1
    /// Where the face's middle comes to lie, measured from the top of the crop.
    package var faceHeightInCrop = 0.4
    /// A face that shows in a smaller part of a shot's samples does not rule it.
    package var coverageMin = 0.2
    /// A face counts beside the best one from this part of its weight on.
    package var companionWeight = 0.35
    /// A crop that jumps after a moving face stands at least this long.
    package var standMsMin = 1000
    /// A face that leaves the crop for fewer samples than these has not changed its place.
    package var jumpSamplesMin = 3

    package init(sourceWidth: Int, sourceHeight: Int) {
        self.sourceWidth = sourceWidth
        self.sourceHeight = sourceHeight
    }

    /// One or more stretches for each shot, in order and without gaps inside a shot.
    ///
    /// `speech` tells who speaks, by the index of the shot.
    package func plan(
        ratio: CropRatio,
        shots: [Shot],
        tracks: [FaceTrack],
        speech: [Int: [SpokenStretch]] = [:]
    ) -> [ShotCrop] {
        shots.enumerated().flatMap { index, shot in
            plan(
                ratio: ratio,
                shot: shot,
                tracks: tracks.filter { $0.shotIndex == index },
                speech: speech[index] ?? []
            )
        }
    }

    /// The plans of several ratios over the same stretches, which end wherever one of them changes.
    package func plan(
        ratios: [CropRatio],
        shots: [Shot],
        tracks: [FaceTrack],
        speech: [Int: [SpokenStretch]] = [:]
    ) -> [FramedStretch] {
        let plans = ratios.map { ($0, plan(ratio: $0, shots: shots, tracks: tracks, speech: speech)) }
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

    /// The faces of a shot that do not fit together into a crop of `ratio`, the best first; none where all fit.
    package func contenders(ratio: CropRatio, tracks: [FaceTrack]) -> [FaceTrack] {
        guard let size = cropSize(ratio), !isWhole(size) else { return [] }
        let faces = ruling(tracks)
        return fits(faces.flatMap(\.hits), size) || faces.count < 2 ? [] : faces
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

    private func plan(
        ratio: CropRatio,
        shot: Shot,
        tracks: [FaceTrack],
        speech: [SpokenStretch]
    ) -> [ShotCrop] {
        let (start, end) = (shot.startMs, shot.endMs)
        guard let size = cropSize(ratio) else {
            let whole = Rect(x: 0, y: 0, width: sourceWidth, height: sourceHeight)
            return [ShotCrop(startMs: start, endMs: end, layout: .fit, rect: whole, notes: [.noFace])]
        }
        if isWhole(size) {
            let ids = tracks.map(\.id).sorted()
            return [
                ShotCrop(startMs: start, endMs: end, layout: .crop, rect: place([], size), trackIDs: ids)
            ]
        }
        let faces = ruling(tracks)
        guard let best = faces.first else {
            return [
                ShotCrop(
                    startMs: start,
                    endMs: end,
                    layout: .fit,
                    rect: place([], size),
                    notes: [.noFace]
                )
            ]
        }
        guard faces.count > 1 else { return follow(best, from: start, to: end, size: size) }
        let hits = faces.flatMap(\.hits)
        if fits(hits, size) {
            let ids = faces.map(\.id).sorted()
            return [
                ShotCrop(startMs: start, endMs: end, layout: .crop, rect: place(hits, size), trackIDs: ids)
            ]
        }
        return stretches(of: speech, in: shot).flatMap { stretch -> [ShotCrop] in
            if let speaker = faces.first(where: { $0.id == stretch.trackID }) {
                return follow(speaker, from: stretch.startMs, to: stretch.endMs, size: size)
            }
            return [together(faces, from: stretch.startMs, to: stretch.endMs, ratio: ratio, size: size)]
        }
    }

    /// The faces that rule a shot, the best first.
    private func ruling(_ tracks: [FaceTrack]) -> [FaceTrack] {
        let lasting = tracks.filter { !$0.hits.isEmpty && $0.coverage >= coverageMin }
            .map { (track: $0, weight: weight($0)) }
            .sorted { ($1.weight, $0.track.id) < ($0.weight, $1.track.id) }
        let least = (lasting.first?.weight ?? 0) * companionWeight
        return lasting.filter { $0.weight >= least }.map(\.track)
    }

    private func isWhole(_ size: (width: Int, height: Int)) -> Bool {
        size.width == sourceWidth & ~1 && size.height == sourceHeight & ~1
    }

    /// Who speaks from the shot's start to its end; where nothing is told, nobody knows.
    private func stretches(of speech: [SpokenStretch], in shot: Shot) -> [SpokenStretch] {
        var found: [SpokenStretch] = []
        var clock = shot.startMs
        for stretch in speech.sorted(by: { $0.startMs < $1.startMs }) {
            let start = max(clock, stretch.startMs)
            let end = min(shot.endMs, stretch.endMs)
            guard start < end else { continue }
            if start > clock { found.append(SpokenStretch(startMs: clock, endMs: start, trackID: nil)) }
            found.append(SpokenStretch(startMs: start, endMs: end, trackID: stretch.trackID))
            clock = end
        }
        if clock < shot.endMs {
            found.append(SpokenStretch(startMs: clock, endMs: shot.endMs, trackID: nil))
        }
        return found
    }
}
