/// Body of `POST /v1/runs`.
package struct RunRequest: Codable, Sendable, Hashable {
    /// Exactly one member.
    package struct Source: Codable, Sendable, Hashable {
        package var url: String?
        package var assetId: String?

        package init(url: String? = nil, assetId: String? = nil) {
            self.url = url
            self.assetId = assetId
        }
    }

    package struct Style: Codable, Sendable, Hashable {
        package var package: String
        /// Nil pins the newest published version.
        package var version: StyleReference?

        package init(package: String, version: StyleReference? = nil) {
            self.package = package
            self.version = version
        }
    }

    /// A transcript that stands in the request, or lies in an asset.
    package struct TranscriptSource: Codable, Sendable, Hashable {
        package var assetId: String?
        package var transcript: ProvidedTranscript?

        package init(assetId: String? = nil, transcript: ProvidedTranscript? = nil) {
            self.assetId = assetId
            self.transcript = transcript
        }
    }

    package var source: Source
    package var workflow: String?
    package var style: Style?
    package var shorts: ShortsOptions?
    package var review: ReviewGate?
    package var language: String?
    package var providers: ProviderChoice?
    package var reuse: Bool?
    package var metadata: [String: String]?
    package var externalId: String?
    package var transcript: TranscriptSource?
    package var moments: [ProvidedInput.Moment]?

    package init(
        source: Source,
        workflow: String? = nil,
        style: Style? = nil,
        shorts: ShortsOptions? = nil,
        review: ReviewGate? = nil,
        language: String? = nil,
        providers: ProviderChoice? = nil,
        reuse: Bool? = nil,
        metadata: [String: String]? = nil,
        externalId: String? = nil,
        transcript: TranscriptSource? = nil,
        moments: [ProvidedInput.Moment]? = nil
    ) {
        self.source = source
        self.workflow = workflow
        self.style = style
        self.shorts = shorts
        self.review = review
        self.language = language
        self.providers = providers
        self.reuse = reuse
        self.metadata = metadata
        self.externalId = externalId
        self.transcript = transcript
        self.moments = moments
    }
}
