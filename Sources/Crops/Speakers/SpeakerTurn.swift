/// A stretch of the transcript by one voice, in clip time.
package struct SpeakerTurn: Sendable, Hashable {
    package let speaker: String
    package let startMs: Int
    package let endMs: Int

    package init(speaker: String, startMs: Int, endMs: Int) {
        self.speaker = speaker
        self.startMs = startMs
        self.endMs = endMs
    }
}
