import Providers
import Signatures

/// Services that transcribe from a link and call back.
extension ProviderKind {
    static let assemblyAI = ProviderKind(
        AssemblyAIProvider.standardName,
        does: .transcribe,
        [
            .key("the account's API key"),
            .url(
                "https://api.assemblyai.com",
                "where its API is; accounts in Europe have a host of their own"
            ),
            ProviderMember(
                "models",
                .list(nil),
                "models, in the order of preference",
                standard: "universal-3-pro, universal-2"
            ),
            .speakers, ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = AssemblyAISettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.speechModels = values.list("models") ?? settings.speechModels
        settings.labelsSpeakers = values.flag("speakers") ?? settings.labelsSpeakers
        return .provider(
            AssemblyAIProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }

    static let deepgram = ProviderKind(
        DeepgramProvider.standardName,
        does: .transcribe,
        [
            .key("the project's API key"), .url("https://api.deepgram.com"),
            ProviderMember("model", .word, "name of the model", standard: "nova-3"),
            .speakers,
            ProviderMember(
                "delivery",
                .choice(DeepgramSettings.Delivery.allCases.map(\.rawValue)),
                "callback, or answer for a gateway that nobody can call",
                standard: "callback"
            ),
            ProviderMember(
                "project",
                .word,
                "id of the project, so that the state of a request can be asked for"
            ),
            ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = DeepgramSettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.model = values.text("model") ?? settings.model
        settings.labelsSpeakers = values.flag("speakers") ?? settings.labelsSpeakers
        settings.delivery = values.word("delivery") ?? settings.delivery
        settings.projectId = values.text("project")
        return .provider(
            DeepgramProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }

    static let speechmatics = ProviderKind(
        SpeechmaticsProvider.standardName,
        does: .transcribe,
        [
            .key("the account's API key"),
            .url("https://asr.api.speechmatics.com", "where its API is; regions have hosts of their own"),
            ProviderMember("model", .word, "standard, enhanced or a newer one", standard: "enhanced"),
            .speakers, ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = SpeechmaticsSettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.model = values.text("model") ?? settings.model
        settings.labelsSpeakers = values.flag("speakers") ?? settings.labelsSpeakers
        return .provider(
            SpeechmaticsProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }

    static let revAI = ProviderKind(
        RevAIProvider.standardName,
        does: .transcribe,
        [
            .key("the account's access token"),
            .url("https://api.rev.ai", "where its API is; accounts in Europe: https://ec1.api.rev.ai"),
            ProviderMember("language", .word, "of runs that name none: it is not detected"),
            .speakers, ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = RevAISettings(token: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.languageDefault = values.text("language")
        settings.labelsSpeakers = values.flag("speakers") ?? settings.labelsSpeakers
        return .provider(
            RevAIProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }
}
