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

    /// What a hosted model did for the plan, and what that cost.
    package struct Provenance: Codable, Sendable, Hashable {
        /// How much of the plan the embedded scorer made in its place.
        package enum Fallback: String, Codable, Sendable, CaseIterable {
            case none
            case part
            case whole
        }

        package struct Tokens: Codable, Sendable, Hashable {
            package var input: Int
            package var output: Int
            /// Of both, what no answer told and was estimated.
            package var estimated: Int

            package init(input: Int, output: Int, estimated: Int) {
                self.input = input
                self.output = output
                self.estimated = estimated
            }
        }

        /// As a run names it: `anthropic`.
        package var provider: String
        package var model: String
        package var promptVersion: String
        /// Of the attempt that made the plan.
        package var tokens: Tokens
        package var requests: Int
        package var fallback: Fallback

        package init(
            provider: String,
            model: String,
            promptVersion: String,
            tokens: Tokens,
            requests: Int,
            fallback: Fallback
        ) {
            self.provider = provider
            self.model = model
            self.promptVersion = promptVersion
            self.tokens = tokens
            self.requests = requests
            self.fallback = fallback
        }
    }

    package var version = 1
    /// Model that chose, as `embedded/scorer-1`.
    package var model: String
    package var candidatesConsidered: Int
    package var moments: [Moment]
    package var warnings: [Warning]
    /// Only where a hosted model was asked.
    package var provenance: Provenance?

    package init(
        model: String,
        candidatesConsidered: Int,
        moments: [Moment],
        warnings: [Warning],
        provenance: Provenance? = nil
    ) {
        self.model = model
        self.candidatesConsidered = candidatesConsidered
        self.moments = moments
        self.warnings = warnings
        self.provenance = provenance
    }
}
