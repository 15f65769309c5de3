package import Editorial
package import OutboundHTTP

/// Claude, by the Anthropic Messages API or a server that speaks it.
package struct AnthropicModel: LanguageModel {
    package static let standardName = "anthropic"

    package let provider = standardName
    private let settings: AnthropicSettings
    private let call: ModelCall

    package init(
        _ settings: AnthropicSettings,
        client: HTTPClient,
        meter: ProviderMeter,
        timeouts: TransferTimeouts? = nil
    ) {
        self.settings = settings
        call = ModelCall(
            call: ProviderCall(provider: Self.standardName, client: client, meter: meter),
            timeouts: timeouts ?? ModelCall.timeouts
        )
    }

    package var model: String { settings.model }

    package var place: String? { settings.url == AnthropicSettings.urlDefault ? nil : settings.url }

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
