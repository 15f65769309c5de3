/// Artifact `prepared`: media, framing and sound of each clip, checked against each other.
package struct Prepared: Codable, Sendable, Hashable {
    package struct Clip: Codable, Sendable, Hashable {
        package var media: ClipMedia
        package var framing: Framing
        package var audio: AudioPlan

        package init(media: ClipMedia, framing: Framing, audio: AudioPlan) {
            self.media = media
            self.framing = framing
            self.audio = audio
        }
    }

    package var version = 1
    package var clips: [Clip]
    package var warnings: [Warning]

    package init(clips: [Clip], warnings: [Warning]) {
        self.clips = clips
        self.warnings = warnings
    }
}
