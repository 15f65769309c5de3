import Editorial
import Foundation
import Providers
import Signatures

/// Which model makes the plans, and what it may cost.
extension Setting {
    static let editorial = Setting(
        "EDITORIAL",
        EditorialRegistry.embedded,
        "who makes the plans of runs that name nobody: embedded, anthropic or openai"
    )
    static let editorialTokensPerRun = Setting(
        "EDITORIAL_TOKENS_PER_RUN",
        "\(HostedLimits().tokensPerRun)",
        "tokens that a hosted model may use for one attempt at a plan; the embedded scorer does the rest"
    )
    static let editorialWindowTokens = Setting(
        "EDITORIAL_WINDOW_TOKENS",
        "\(HostedLimits().windowTokens)",
        "tokens of a transcript that a hosted model is asked about at once"
    )
    static let anthropicKey = Setting(
        "ANTHROPIC_API_KEY",
        nil,
        "runs may choose providers.editorial: anthropic with it",
        isSecret: true
    )
    static let anthropicModel = Setting(
        "ANTHROPIC_MODEL",
        AnthropicSettings.modelDefault,
        "name of the model at Anthropic"
    )
    static let anthropicURL = Setting(
        "ANTHROPIC_URL",
        AnthropicSettings.urlDefault,
        "server of the Messages API, without /v1"
    )
    static let anthropicVersion = Setting(
        "ANTHROPIC_VERSION",
        AnthropicSettings.versionDefault,
        "sent as anthropic-version"
    )
    static let anthropicForm = Setting(
        "ANTHROPIC_FORM",
        AnthropicSettings.Form.schema.rawValue,
        "how answers are held to their form: schema (output_config), or tool for models without it"
    )
    static let openAIKey = Setting(
        "OPENAI_API_KEY",
        nil,
        "key of the OpenAI API, or of a server that speaks it and asks for one",
        isSecret: true
    )
    static let openAIModel = Setting(
        "OPENAI_MODEL",
        nil,
        "name of the model at OpenAI, or at the server; runs may choose providers.editorial: openai with it"
    )
    static let openAIURL = Setting(
        "OPENAI_URL",
        OpenAISettings.urlDefault,
        "server of the OpenAI API, with its version: http://127.0.0.1:11434/v1"
    )
    static let openAIAPI = Setting(
        "OPENAI_API",
        OpenAISettings.API.chat.rawValue,
        "chat (/chat/completions, which compatible servers have) or responses (/responses)"
    )

    static let editorialAll: [Setting] = [
        editorial, editorialTokensPerRun, editorialWindowTokens, anthropicKey, anthropicModel, anthropicURL,
        anthropicVersion, anthropicForm, openAIKey, openAIModel, openAIURL, openAIAPI,
    ]
}

extension Settings {
    func hostedLimits() throws -> HostedLimits {
        var limits = HostedLimits()
        limits.tokensPerRun = try integer(.editorialTokensPerRun, in: 1_000...100_000_000)
        limits.windowTokens = try integer(.editorialWindowTokens, in: 1_000...1_000_000)
        return limits
    }

    /// How Anthropic is reached, nil where it is not set up.
    func anthropic() throws -> AnthropicSettings? {
        guard let key = try headerSecret(.anthropicKey) else { return nil }
        var anthropic = AnthropicSettings(key: key)
        anthropic.model = try headerText(.anthropicModel)
        anthropic.url = try serverURL(.anthropicURL)
        anthropic.version = try headerText(.anthropicVersion)
        anthropic.form = try word(.anthropicForm)
        return anthropic
    }

    /// How OpenAI, or a server like it, is reached, nil where it is not set up.
    func openAI() throws -> OpenAISettings? {
        guard self[.openAIModel] != nil else { return nil }
        let key = try headerSecret(.openAIKey)
        let url = try serverURL(.openAIURL)
        guard key != nil || url != OpenAISettings.urlDefault else {
            throw Invalid(
                description:
                    "\(Setting.openAIModel.name) needs \(Setting.openAIKey.name), or \(Setting.openAIURL.name) of a "
                    + "server that asks for no key"
            )
        }
        var openAI = OpenAISettings(key: key, model: try headerText(.openAIModel))
        openAI.url = url
        openAI.api = try word(.openAIAPI)
        return openAI
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ setting: Setting) throws -> Word
    where Word.RawValue == String {
        let text = try required(setting)
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: " or ")
            throw Invalid(description: "\(setting.name) is '\(text)'; it must be \(known)")
        }
        return word
    }

    private func headerSecret(_ setting: Setting) throws -> Secret? {
        guard let text = self[setting] else { return nil }
        guard Self.isHeaderText(text) else {
            throw Invalid(description: "\(setting.name) has a blank or a character that no key has")
        }
        return Secret(text)
    }

    private func headerText(_ setting: Setting) throws -> String {
        let text = try required(setting)
        guard Self.isHeaderText(text) else {
            throw Invalid(description: "\(setting.name) has a blank or a character that no name has")
        }
        return text
    }

    private static func isHeaderText(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// An address that paths are put behind.
    private func serverURL(_ setting: Setting) throws -> String {
        let text = try required(setting)
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
        else {
            throw Invalid(description: "\(setting.name) must be an http or https address without a query")
        }
        return url
    }
}
