package import Editorial
package import OutboundHTTP

/// A model behind the OpenAI API, at OpenAI or at a server that speaks it.
package struct OpenAIModel: LanguageModel {
    package static let standardName = "openai"

    package let provider = standardName
    private let settings: OpenAISettings
    private let call: ModelCall

    package init(
        _ settings: OpenAISettings,
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

    package var place: String? { settings.url == OpenAISettings.urlDefault ? nil : settings.url }

    package func checkKey() async -> KeyVerdict {
        await call.call.verdict(on: OpenAIRequests.models(settings))
    }

    package func answer(_ question: ModelQuestion) async throws(ModelFailure) -> ModelAnswer {
        let answer = try await call.send(
            OpenAIRequests.request(question, settings),
            words: OpenAIAnswers.words
        )
        switch settings.api {
        case .chat: return try OpenAIAnswers.chat(answer, question, call)
        case .responses: return try OpenAIAnswers.response(answer, question, call)
        }
    }
}
