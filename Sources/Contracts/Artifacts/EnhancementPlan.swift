/// A published style as a run pins it.
package struct StylePin: Codable, Sendable, Hashable {
    package var package: String
    package var version: Int
    /// SHA-256 hex of the published document.
    package var digest: String

    package init(package: String, version: Int, digest: String) {
        self.package = package
        self.version = version
        self.digest = digest
    }
}

/// Artifact `enhancement-plan`: creative intent for each moment under the pinned style.
package struct EnhancementPlan: Codable, Sendable, Hashable {
    package struct Clip: Codable, Sendable, Hashable {
        package var clip: String
        /// Shown in the first seconds; nil where the style shows none.
        package var hookTitle: String?
        /// Words of the transcript that captions emphasise.
        package var emphasisWords: [Int]

        package init(clip: String, hookTitle: String?, emphasisWords: [Int]) {
            self.clip = clip
            self.hookTitle = hookTitle
            self.emphasisWords = emphasisWords
        }
    }

    package var version = 1
    package var style: StylePin
    package var clips: [Clip]
    package var warnings: [Warning]

    package init(style: StylePin, clips: [Clip], warnings: [Warning]) {
        self.style = style
        self.clips = clips
        self.warnings = warnings
    }
}
