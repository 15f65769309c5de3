/// Artifact `segments`: where the source may be cut, and how loud it is.
package struct Segments: Codable, Sendable, Hashable {
    package struct Cut: Codable, Sendable, Hashable {
        package var atMs: Int
        /// 0 to 100.
        package var score: Double

        package init(atMs: Int, score: Double) {
            self.atMs = atMs
            self.score = score
        }
    }

    package struct Turn: Codable, Sendable, Hashable {
        package var speaker: String
        package var startMs: Int
        package var endMs: Int

        package init(speaker: String, startMs: Int, endMs: Int) {
            self.speaker = speaker
            self.startMs = startMs
            self.endMs = endMs
        }
    }

    package struct Energy: Codable, Sendable, Hashable {
        package var hopMs: Int
        /// Momentary loudness in LUFS, one value a hop; -70 stands for silence.
        package var lufs: [Double]

        package init(hopMs: Int, lufs: [Double]) {
            self.hopMs = hopMs
            self.lufs = lufs
        }
    }

    package var version = 1
    package var durationMs: Int
    package var cuts: [Cut]
    package var silences: [TimeRange]
    package var turns: [Turn]
    /// Times at which a new topic is likely to start.
    package var topicStartsMs: [Int]
    package var energy: Energy
    package var integratedLufs: Double?
    package var warnings: [Warning]

    package init(
        durationMs: Int,
        cuts: [Cut],
        silences: [TimeRange],
        turns: [Turn],
        topicStartsMs: [Int],
        energy: Energy,
        integratedLufs: Double?,
        warnings: [Warning]
    ) {
        self.durationMs = durationMs
        self.cuts = cuts
        self.silences = silences
        self.turns = turns
        self.topicStartsMs = topicStartsMs
        self.energy = energy
        self.integratedLufs = integratedLufs
        self.warnings = warnings
    }
}
