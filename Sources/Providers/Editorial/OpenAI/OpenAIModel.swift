package import Editorial
package import OutboundHTTP

/// A model behind the OpenAI API, at OpenAI or at a server that speaks it.
package struct OpenAIModel: LanguageModel {
    package static let standardName = "openai"

    package let provider: String
    private let settings: OpenAISettings
    private let call: ModelCall

    /// `log` takes what the provider says about its refusals, which is not for tenants.
    package init(
        name: String = standardName,
        _ settings: OpenAISettings,
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

    package var place: String? { ModelPlace.name(of: settings.url, standard: OpenAISettings.urlDefault) }

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
