package import Editorial
package import OutboundHTTP

/// Claude, by the Anthropic Messages API or a server that speaks it.
package struct AnthropicModel: LanguageModel {
    package static let standardName = "anthropic"

    package let provider: String
    private let settings: AnthropicSettings
    private let call: ModelCall

    /// `log` takes what the provider says about its refusals, which is not for tenants.
    package init(
        name: String = standardName,
        _ settings: AnthropicSettings,
        client: HTTPClient,
        meter: ProviderMeter,
        timeouts: TransferTimeouts? = nil,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        provider = name
        self.settings = settings
        call = ModelCall(
            call: ProviderCall(provider: name, client: client, meter: meter),
            timeouts: timeouts ?? ModelCall.timeouts,
            log: log
        )
    }

    package var model: String { settings.model }

    package var place: String? { ModelPlace.name(of: settings.url, standard: AnthropicSettings.urlDefault) }

    package func checkKey() async -> KeyVerdict {
        await call.call.verdict(on: AnthropicRequests.models(settings))
    }

    package func answer(_ question: ModelQuestion) async throws(ModelFailure) -> ModelAnswer {
        let message = try await call.send(
            AnthropicRequests.request(question, settings),
            words: AnthropicAnswers.words
        )
        return try AnthropicAnswers.read(message, question, call)
    }
}
