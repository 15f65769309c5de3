import Contracts

extension RunOptions {
    /// The options that a run is kept with: whatever the client left open is decided here, once.
    init(filling request: RunRequest) {
        self.init(
            shorts: ShortsOptions(filling: request.shorts ?? ShortsOptions()),
            review: request.review ?? .none,
            language: request.language,
            providers: request.providers ?? ProviderChoice(),
            reuse: request.reuse ?? true
        )
    }
}

extension ShortsOptions {
    static let maxCountDefault = 40
    static let minDurationMsDefault = 15_000
    static let maxDurationMsDefault = 60_000

    fileprivate init(filling asked: ShortsOptions) {
        self = asked
        // The target stays open where the client left it open: only the editorial model sees how much material there is.
        // A bound that the client gave moves the default of the other bound, never the other way round.
        maxCount = asked.maxCount ?? max(Self.maxCountDefault, asked.targetCount ?? 0)
        maxDurationMs = asked.maxDurationMs ?? max(Self.maxDurationMsDefault, asked.minDurationMs ?? 0)
        minDurationMs =
            asked.minDurationMs
            ?? min(Self.minDurationMsDefault, maxDurationMs ?? Self.maxDurationMsDefault)
        aspectRatios = asked.aspectRatios ?? AspectRatio.allCases
        keywords = asked.keywords ?? []
        excludeRangesMs = asked.excludeRangesMs ?? []
    }
}
