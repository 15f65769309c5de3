import Editorial

/// Which model makes the plans, and what it may cost.
extension Setting {
    static let tokensPerRunRange = 1_000...100_000_000
    static let windowTokensRange = 1_000...1_000_000

    static let editorial = Setting(
        "EDITORIAL",
        EditorialRegistry.embedded,
        "who makes the plans of runs that name nobody: embedded, anthropic, openai or another model that is set up"
    )
    static let editorialTokensPerRun = Setting(
        "EDITORIAL_TOKENS_PER_RUN",
        "\(HostedLimits().tokensPerRun)",
        "tokens that a hosted model may use for one run's plan, all attempts together; the embedded scorer does the rest"
    )
    static let editorialWindowTokens = Setting(
        "EDITORIAL_WINDOW_TOKENS",
        "\(HostedLimits().windowTokens)",
        "tokens of a transcript that a hosted model is asked about at once"
    )

    static let editorialAll: [Setting] = [editorial, editorialTokensPerRun, editorialWindowTokens]
}

extension Settings {
    func hostedLimits() throws -> HostedLimits {
        var limits = HostedLimits()
        limits.tokensPerRun = try integer(.editorialTokensPerRun, in: Setting.tokensPerRunRange)
        limits.windowTokens = try integer(.editorialWindowTokens, in: Setting.windowTokensRange)
        return limits
    }
}
