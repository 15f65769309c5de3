/// Who does delegated work, beside the worker.
extension Setting {
    static let providersFile = Setting(
        "PROVIDERS_FILE",
        nil,
        "JSON or YAML file of providers and routes (contracts/providers-file.schema.json); variables go before what it says"
    )
    static let routeTranscribe = Setting(
        "ROUTE_TRANSCRIBE",
        nil,
        "who transcribes where a run does not say: names in the order of preference, with commas; default: worker"
    )
    static let routeLanguages = Setting(
        "ROUTE_LANGUAGES",
        nil,
        "the same by the run's language: de=deepgram worker,fr=revai"
    )
    static let routeFrame = Setting(
        "ROUTE_FRAME",
        nil,
        "who finds faces where a run does not say; default: worker"
    )
    static let routeRender = Setting(
        "ROUTE_RENDER",
        nil,
        "who renders where a run does not say; default: worker"
    )

    /// Those that are of no one provider.
    static let providersAll: [Setting] = [
        providersFile, routeTranscribe, routeLanguages, routeFrame, routeRender,
    ]

    /// The variables of the providers that are called as their kinds.
    static let ofProviders: [Setting] = ProviderKind.all.flatMap(\.settings).filter { setting in
        !own.contains { $0.name == setting.name }
    }

    /// Names that no provider's variable may have.
    static let reserved = Set(own.map(\.name) + ["REELGATE_CONFIG_FILE"])
}
