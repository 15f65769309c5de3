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

    /// All places where the face was seen, as one rectangle.
    package var extent: Rect {
        hits.dropFirst().reduce(hits.first?.face.box ?? Rect(x: 0, y: 0, width: 0, height: 0)) {
            $0.union($1.face.box)
        }
    }
}
