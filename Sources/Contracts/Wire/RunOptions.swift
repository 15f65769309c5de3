/// What a client may ask of the shorts of a run; kept with the run, defaults filled in.
package struct ShortsOptions: Codable, Sendable, Hashable {
    package var targetCount: Int?
    package var maxCount: Int?
    package var minDurationMs: Int?
    package var maxDurationMs: Int?
    package var aspectRatios: [AspectRatio]?
    /// Moments that speak of these are preferred.
    package var keywords: [String]?
    /// Only this part of the source.
    package var rangeMs: TimeRange?
    package var excludeRangesMs: [TimeRange]?

    package init(
        targetCount: Int? = nil,
        maxCount: Int? = nil,
        minDurationMs: Int? = nil,
        maxDurationMs: Int? = nil,
        aspectRatios: [AspectRatio]? = nil,
        keywords: [String]? = nil,
        rangeMs: TimeRange? = nil,
        excludeRangesMs: [TimeRange]? = nil
    ) {
        self.targetCount = targetCount
        self.maxCount = maxCount
        self.minDurationMs = minDurationMs
        self.maxDurationMs = maxDurationMs
        self.aspectRatios = aspectRatios
        self.keywords = keywords
        self.rangeMs = rangeMs
        self.excludeRangesMs = excludeRangesMs
    }
}

/// Providers that a run asks for, by name; nil takes the configured default.
package struct ProviderChoice: Codable, Sendable, Hashable {
    package var transcription: ProviderPreference?
    /// What is made of several; nil for the first that does it.
    package var transcriptionPick: ProviderPick?
    package var vision: String?
    package var render: String?
    package var editorial: String?

    package init(
        transcription: ProviderPreference? = nil,
        transcriptionPick: ProviderPick? = nil,
        vision: String? = nil,
        render: String? = nil,
        editorial: String? = nil
    ) {
        self.transcription = transcription
        self.transcriptionPick = transcriptionPick
        self.vision = vision
        self.render = render
        self.editorial = editorial
    }
}

/// Whether a run waits for an edited plan.
package enum ReviewGate: String, Codable, Sendable, CaseIterable {
    case none
    case beforeRender = "before_render"
}

/// The options of a run as they are kept: every default filled in.
package struct RunOptions: Codable, Sendable, Hashable {
    package var shorts: ShortsOptions
    package var review: ReviewGate
    package var language: String?
    package var providers: ProviderChoice
    /// Whether finished work of equal runs is attached, and such work under way is waited for.
    package var reuse: Bool

    package init(
        shorts: ShortsOptions,
        review: ReviewGate,
        language: String?,
        providers: ProviderChoice,
        reuse: Bool = true
    ) {
        self.shorts = shorts
        self.review = review
        self.language = language
        self.providers = providers
        self.reuse = reuse
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        shorts = try values.decode(ShortsOptions.self, forKey: .shorts)
        review = try values.decode(ReviewGate.self, forKey: .review)
        language = try values.decodeIfPresent(String.self, forKey: .language)
        providers = try values.decode(ProviderChoice.self, forKey: .providers)
        // Runs that are older than the option have none.
        reuse = try values.decodeIfPresent(Bool.self, forKey: .reuse) ?? true
    }
}
