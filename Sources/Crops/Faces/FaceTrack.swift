/// One face followed through one shot.
package struct FaceTrack: Sendable, Hashable, Identifiable {
    package struct Hit: Sendable, Hashable {
        package let timeMs: Int
        package let face: DetectedFace

        package init(timeMs: Int, face: DetectedFace) {
            self.timeMs = timeMs
            self.face = face
        }
    }

    /// Counts up from 0 over the whole source.
    package let id: Int
    package let shotIndex: Int
    package let hits: [Hit]
    /// How many samples its shot has, so that `hits.count` can be judged.
    package let samplesInShot: Int

    package init(id: Int, shotIndex: Int, hits: [Hit], samplesInShot: Int) {
        self.id = id
        self.shotIndex = shotIndex
        self.hits = hits
        self.samplesInShot = samplesInShot
    }

    /// The middle of each edge over all hits: where the face usually is.
    package var medianBox: Rect {
        func median(_ values: [Int]) -> Int { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
        return Rect(
            x: median(hits.map(\.face.box.x)),
            y: median(hits.map(\.face.box.y)),
            width: median(hits.map(\.face.box.width)),
            height: median(hits.map(\.face.box.height))
        )
    }

    /// The mean score of the hits, 0 to 1.
    package var confidence: Double {
        hits.isEmpty ? 0 : hits.reduce(0) { $0 + $1.face.score } / Double(hits.count)
    }

    /// The share of the shot's samples in which the face was seen.
    package var coverage: Double { min(1, Double(hits.count) / Double(max(1, samplesInShot))) }

    /// All places where the face was seen, as one rectangle.
    package var extent: Rect {
        hits.dropFirst().reduce(hits.first?.face.box ?? Rect(x: 0, y: 0, width: 0, height: 0)) {
            $0.union($1.face.box)
        }
    }
}
