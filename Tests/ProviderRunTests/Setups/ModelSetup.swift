import Contracts
import Editorial
import OutboundHTTP
import Providers
import Signatures
import StudioSupport
import Testing
import Threads

/// One API of a hosted language model; they answer at once or not at all, so they have no callbacks and no jobs.
struct ModelSetup: Sendable, CustomTestStringConvertible {
    /// What runs choose it by, and its warnings name.
    let name: String
    let api: FakeQuestion.API

    var testDescription: String { "\(name), \(api)" }

    static let all = [
        ModelSetup(name: "anthropic", api: .messages), ModelSetup(name: "openai", api: .chat),
        ModelSetup(name: "openai", api: .responses),
    ]

    /// An editor that notes its pauses and goes on at once.
    func editors(
        url: String,
        key: String = FakeModelServer.key,
        client: HTTPClient,
        patienceMs: Int,
        pauses: Locked<[Int]>
    ) -> EditorialRegistry {
        let timeouts = TransferTimeouts(connectMilliseconds: 30_000, totalMilliseconds: patienceMs)
        let model: any LanguageModel
        switch api {
        case .messages:
            var settings = AnthropicSettings(key: Secret(key))
            settings.url = url
            model = AnthropicModel(settings, client: client, meter: ProviderMeter(), timeouts: timeouts)
        case .chat, .responses:
            var settings = OpenAISettings(key: Secret(key), model: "test-model")
            settings.url = "\(url)/v1"
            settings.api = api == .chat ? .chat : .responses
            model = OpenAIModel(settings, client: client, meter: ProviderMeter(), timeouts: timeouts)
        }
        let pace = EditorPace(
            now: { pauses.withLock { $0.reduce(0, +) } },
            pause: { milliseconds in pauses.withLock { $0.append(milliseconds) } }
        )
        return EditorialRegistry(hosted: [name: HostedEditor(model, pace: pace)], standard: name)
    }
}
