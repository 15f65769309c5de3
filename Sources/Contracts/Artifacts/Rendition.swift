/// Artifact `rendition`: what one rendered file is.
package struct Rendition: Codable, Sendable, Hashable {
    package var version = 1
    package var clip: String
    package var aspectRatio: AspectRatio
    package var width: Int
    package var height: Int
    package var durationMs: Int
    package var fpsNum: Int
    package var fpsDen: Int
    package var videoCodec: String
    package var audioCodec: String

    package init(
        clip: String,
        aspectRatio: AspectRatio,
        width: Int,
        height: Int,
        durationMs: Int,
        fpsNum: Int,
        fpsDen: Int,
        videoCodec: String,
        audioCodec: String
    ) {
        self.clip = clip
        self.aspectRatio = aspectRatio
        self.width = width
        self.height = height
        self.durationMs = durationMs
        self.fpsNum = fpsNum
        self.fpsDen = fpsDen
        self.videoCodec = videoCodec
        self.audioCodec = audioCodec
    }
}

/// Artifact `qc`: what was measured on the finished files of one short.
package struct QualityReport: Codable, Sendable, Hashable {
    /// Name of the check that stands for a ratio that could not be made; it has not passed.
    package static let renderedCheck = "rendered"

    package struct Check: Codable, Sendable, Hashable {
        /// `decodable`, `duration`, `size`, `loudness`, `true-peak`, `black`, `frozen`, `silent`, `av-offset`, ...
        package var name: String
        package var aspectRatio: AspectRatio?
        package var passed: Bool
        /// The measured value with its unit, and the bar.
        package var detail: String

        package init(name: String, aspectRatio: AspectRatio?, passed: Bool, detail: String) {
            self.name = name
            self.aspectRatio = aspectRatio
            self.passed = passed
            self.detail = detail
        }
    }

    package var version = 1
    package var clip: String
    /// Ready to post: every check passed.
    package var ready: Bool
    package var checks: [Check]

    package init(clip: String, checks: [Check]) {
        self.clip = clip
        self.ready = checks.allSatisfy(\.passed)
        self.checks = checks
    }
}
