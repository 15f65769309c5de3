/// Artifact `plan`: the editorial contract, the moments worth a short, best first.
package struct Plan: Codable, Sendable, Hashable {
    /// Each 0 to 100.
    package struct Subscores: Codable, Sendable, Hashable {
        package var hook: Double
        package var standalone: Double
        package var value: Double
        package var shareability: Double
        package var energy: Double

        package init(hook: Double, standalone: Double, value: Double, shareability: Double, energy: Double) {
            self.hook = hook
            self.standalone = standalone
            self.value = value
            self.shareability = shareability
            self.energy = energy
        }
    }

    package struct Moment: Codable, Sendable, Hashable {
        /// `clip-01` is the best moment; the name of everything made for it.
        package var clip: String
        /// 1 is the best.
        package var rank: Int
        package var title: String
        package var startMs: Int
        package var endMs: Int
        /// Words of the transcript, last included.
        package var firstWord: Int
        package var lastWord: Int
        /// The transcript's own words.
        package var text: String
        /// 0 to 100.
        package var score: Double
        package var subscores: Subscores
        /// Why this moment, in plain words.
        package var reason: String
        /// Shown over the first seconds in place of the title.
        package var hook: String?
        /// For the post that the short goes out with.
        package var description: String?
        package var hashtags: [String]?

        package init(
            clip: String,
            rank: Int,
            title: String,
            startMs: Int,
            endMs: Int,
            firstWord: Int,
            lastWord: Int,
            text: String,
            score: Double,
            subscores: Subscores,
            reason: String,
            hook: String? = nil,
            description: String? = nil,
            hashtags: [String]? = nil
        ) {
            self.clip = clip
            self.rank = rank
            self.title = title
            self.startMs = startMs
            self.endMs = endMs
            self.firstWord = firstWord
            self.lastWord = lastWord
            self.text = text
            self.score = score
            self.subscores = subscores
            self.reason = reason
            self.hook = hook
            self.description = description
            self.hashtags = hashtags
        }
    }

    package var version = 1
    /// Model that chose, as `embedded/scorer-1`.
    package var model: String
    package var candidatesConsidered: Int
    package var moments: [Moment]
    package var warnings: [Warning]

    package init(model: String, candidatesConsidered: Int, moments: [Moment], warnings: [Warning]) {
        self.model = model
        self.candidatesConsidered = candidatesConsidered
        self.moments = moments
        self.warnings = warnings
    }
}
