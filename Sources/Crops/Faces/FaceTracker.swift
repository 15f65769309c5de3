/// Joins the faces of successive samples into tracks.
package struct FaceTracker: Sendable {
    /// Faces below this score are not looked at.
    package var scoreMin = 0.7
    /// A track counts with this many hits within `windowSamples` samples in a row.
    package var hitsMin = 2
    package var windowSamples = 5
    /// How far a face may move between samples, in multiples of its size, to be the same face.
    package var moveMax = 0.8

    package init() {}

    /// The tracks that count, shot by shot, by their first time.
    ///
    /// No track goes over a cut. Within a shot a face that comes back to its place is the same one, however long it was
    /// away: what counts is the seat.
    package func tracks(samples: [FaceSample], shots: [Shot]) -> [FaceTrack] {
        let sorted = samples.sorted { $0.timeMs < $1.timeMs }
        var tracks: [FaceTrack] = []
        for (index, shot) in shots.enumerated() {
            let inShot = sorted.filter { shot.contains($0.timeMs) }
            for candidate in follow(inShot) where counts(candidate) {
                tracks.append(
                    FaceTrack(
                        id: tracks.count,
                        shotIndex: index,
                        hits: steadied(candidate.map(\.hit)),
                        samplesInShot: inShot.count
                    )
                )
            }
        }
        return tracks
    }

    /// A hit with the index of its sample in the shot.
    private struct Seen {
        let sample: Int
        let hit: FaceTrack.Hit
    }

    private func follow(_ samples: [FaceSample]) -> [[Seen]] {
        var open: [[Seen]] = []
        for (index, sample) in samples.enumerated() {
            let faces = sample.faces.filter { $0.score >= scoreMin && $0.box.area > 0 }
            var taken = Set<Int>()
            var extended = Set<Int>()
            for pair in pairs(open, faces) where !taken.contains(pair.face) && !extended.contains(pair.track)
            {
                taken.insert(pair.face)
                extended.insert(pair.track)
                let hit = FaceTrack.Hit(timeMs: sample.timeMs, face: faces[pair.face])
                open[pair.track].append(Seen(sample: index, hit: hit))
            }
            for (number, face) in faces.enumerated() where !taken.contains(number) {
                open.append([Seen(sample: index, hit: FaceTrack.Hit(timeMs: sample.timeMs, face: face))])
            }
        }
        return open.sorted { ($0.first?.hit.timeMs ?? 0) < ($1.first?.hit.timeMs ?? 0) }
    }

    /// The pairs of track and face that may be one person, the likeliest first.
    private func pairs(_ tracks: [[Seen]], _ faces: [DetectedFace]) -> [(track: Int, face: Int)] {
        var found: [(track: Int, face: Int, likeness: Double)] = []
        for (track, seen) in tracks.enumerated() {
            guard let last = seen.last?.hit.face.box else { continue }
            for (number, face) in faces.enumerated() {
                if let likeness = likeness(last, face.box) { found.append((track, number, likeness)) }
            }
        }
        // Equal likeness falls to the older track and the earlier face, so that the result never varies.
        return
            found
            .sorted { ($1.likeness, $0.track, $0.face) < ($0.likeness, $1.track, $1.face) }
            .map { ($0.track, $0.face) }
    }

    /// Overlap plus nearness of the centres; nil when the two are too far apart or too different in size.
    private func likeness(_ a: Rect, _ b: Rect) -> Double? {
        let size = Double(max(a.width, a.height, b.width, b.height))
        let ratio = Double(a.area) / Double(b.area)
        guard ratio > 0.25 && ratio < 4 else { return nil }
        let distance =
            ((a.centerX - b.centerX) * (a.centerX - b.centerX)
            + (a.centerY - b.centerY) * (a.centerY - b.centerY)).squareRoot() / size
        guard distance <= moveMax else { return nil }
        return a.overlap(b) + 1 - distance
    }

    private func counts(_ seen: [Seen]) -> Bool {
        guard seen.count >= hitsMin else { return false }
        return (0...(seen.count - hitsMin)).contains { first in
            seen[first + hitsMin - 1].sample - seen[first].sample < windowSamples
        }
    }

    /// Each edge as the middle one of three hits in a row: one box that leaps is the detector's mistake.
    private func steadied(_ hits: [FaceTrack.Hit]) -> [FaceTrack.Hit] {
        guard hits.count >= 3 else { return hits }
        return hits.indices.map { index in
            guard index > 0, index + 1 < hits.count else { return hits[index] }
            let boxes = hits[(index - 1)...(index + 1)].map(\.face.box)
            func middle(_ edge: (Rect) -> Int) -> Int { boxes.map(edge).sorted()[1] }
            let (left, top) = (middle(\.x), middle(\.y))
            var face = hits[index].face
            face.box = Rect(x: left, y: top, width: middle(\.right) - left, height: middle(\.bottom) - top)
            return FaceTrack.Hit(timeMs: hits[index].timeMs, face: face)
        }
    }
}
