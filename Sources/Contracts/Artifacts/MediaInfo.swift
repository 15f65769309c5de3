/// Artifact `media`: what the normalised source `media.mp4` is, and what became of the original.
package struct MediaInfo: Codable, Sendable, Hashable {
    package struct Video: Codable, Sendable, Hashable {
        package var codec: String
        package var width: Int
        package var height: Int
        /// Frames a second as a fraction.
        package var fpsNum: Int
        package var fpsDen: Int

        package init(codec: String, width: Int, height: Int, fpsNum: Int, fpsDen: Int) {
            self.codec = codec
            self.width = width
            self.height = height
            self.fpsNum = fpsNum
            self.fpsDen = fpsDen
        }
    }

    package struct Audio: Codable, Sendable, Hashable {
        package var codec: String
        package var sampleRate: Int
        package var channels: Int

        package init(codec: String, sampleRate: Int, channels: Int) {
            self.codec = codec
            self.sampleRate = sampleRate
            self.channels = channels
        }
    }

    package enum Treatment: String, Codable, Sendable {
        case remuxed
        case reencoded
    }

    package var version = 1
    package var container: String
    package var durationMs: Int
    package var video: Video?
    package var audio: Audio?
    package var treatment: Treatment
    /// Why the source was re-encoded, or notes on how it was read.
    package var reasons: [String]
    package var original: Original
    package var warnings: [Warning]

    /// The source as it came.
    package struct Original: Codable, Sendable, Hashable {
        package var container: String
        package var durationMs: Int?
        package var video: Video?
        package var audio: Audio?

        package init(container: String, durationMs: Int?, video: Video?, audio: Audio?) {
            self.container = container
            self.durationMs = durationMs
            self.video = video
            self.audio = audio
        }
    }

    package init(
        container: String,
        durationMs: Int,
        video: Video?,
        audio: Audio?,
        treatment: Treatment,
        reasons: [String],
        original: Original,
        warnings: [Warning]
    ) {
        self.container = container
        self.durationMs = durationMs
        self.video = video
        self.audio = audio
        self.treatment = treatment
        self.reasons = reasons
        self.original = original
        self.warnings = warnings
    }
}
