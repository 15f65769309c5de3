import Editorial
import Providers
import Signatures

/// Models that make plans. The operator names their servers, which may be in a private network.
extension ProviderKind {
    static let anthropic = ProviderKind(
        AnthropicModel.standardName,
        does: .plan,
        [
            .key("the key; runs may choose providers.editorial: anthropic with it", variable: "API_KEY"),
            ProviderMember("model", .word, "name of the model", standard: AnthropicSettings.modelDefault),
            .url(AnthropicSettings.urlDefault, "server of the Messages API, without /v1"),
            ProviderMember(
                "version",
                .word,
                "sent as anthropic-version",
                standard: AnthropicSettings.versionDefault
            ),
            ProviderMember(
                "form",
                .choice(AnthropicSettings.Form.allCases.map(\.rawValue)),
                "how answers are held to their form: schema (output_config), or tool for models without it",
                standard: AnthropicSettings.Form.schema.rawValue
            ),
        ] + tokenMembers,
        reachesGateway: false
    ) { values, parts in
        var settings = AnthropicSettings(key: try values.neededSecret("key"))
        settings.model = values.text("model") ?? settings.model
        settings.url = values.text("url") ?? settings.url
        settings.version = values.text("version") ?? settings.version
        settings.form = values.word("form") ?? settings.form
        return .model(
            AnthropicModel(
                name: values.provider,
                settings,
                client: parts.privateClient,
                meter: parts.meter,
                log: parts.log
            ),
            try limits(values, parts)
        )
    }

    static let openAI = ProviderKind(
        OpenAIModel.standardName,
        does: .plan,
        [
            ProviderMember("model", .word, "name of the model at OpenAI, or at the server", isNeeded: true),
            .key(
                "key of the OpenAI API, or of a server that speaks it and asks for one",
                isNeeded: false,
                variable: "API_KEY"
            ),
            .url(OpenAISettings.urlDefault, "the server, with its version: http://127.0.0.1:11434/v1"),
            ProviderMember(
                "api",
                .choice(OpenAISettings.API.allCases.map(\.rawValue)),
                "chat (/chat/completions, which compatible servers have) or responses (/responses)",
                standard: OpenAISettings.API.chat.rawValue
            ),
        ] + tokenMembers,
        reachesGateway: false
    ) { values, parts in
        var settings = OpenAISettings(key: values.secret("key"), model: try values.neededText("model"))
        settings.url = values.text("url") ?? settings.url
        settings.api = values.word("api") ?? settings.api
        guard settings.key != nil || settings.url != OpenAISettings.urlDefault else {
            throw values.fault("key", "is missing; set it, or 'url' of a server that asks for no key")
        }
        return .model(
            OpenAIModel(
                name: values.provider,
                settings,
                client: parts.privateClient,
                meter: parts.meter,
                log: parts.log
            ),
            try limits(values, parts)
        )
    }

    private static let tokenMembers = [
        ProviderMember(
            "tokens_per_run",
            .number(Setting.tokensPerRunRange),
            "tokens that it may use for one run's plan, all attempts together",
            standard: Setting.editorialTokensPerRun.name
        ),
        ProviderMember(
            "window_tokens",
            .number(Setting.windowTokensRange),
            "tokens of a transcript that it is asked about at once",
            standard: Setting.editorialWindowTokens.name
        ),
    ]

    private static func limits(_ values: ProviderValues, _ parts: ProviderParts) throws -> HostedLimits {
        var limits = try parts.settings.hostedLimits()
        limits.tokensPerRun = values.number("tokens_per_run") ?? limits.tokensPerRun
        limits.windowTokens = values.number("window_tokens") ?? limits.windowTokens
        return limits
    }
}
