import Contracts
import Editorial
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport
import Threads

@testable import Providers

/// Hosted editors over a fake server, with a clock that stands still but for pauses, which are noted.
struct ModelDesk: Sendable {
    let server: FakeModelServer
    private let client = HTTPClient(policy: .allowPrivateNetworks)
    private let pauses = Locked<[Int]>([])
    private let logged = Locked<[String]>([])

    init(_ script: @escaping @Sendable (FakeQuestion) -> FakeModelServer.Step = { _ in .work }) throws {
        server = try FakeModelServer(script)
    }

    var paused: [Int] { pauses.withLock(\.self) }
    /// What operators were told.
    var log: [String] { logged.withLock(\.self) }

    func model(
        _ api: FakeQuestion.API,
        key: String = FakeModelServer.key,
        form: AnthropicSettings.Form = .schema,
        timeouts: TransferTimeouts? = nil
    ) -> any LanguageModel {
        let meter = ProviderMeter()
        let log: @Sendable (String) -> Void = { [logged] words in logged.withLock { $0.append(words) } }
        switch api {
        case .messages:
            var settings = AnthropicSettings(key: Secret(key))
            settings.url = server.url
            settings.form = form
            return AnthropicModel(settings, client: client, meter: meter, timeouts: timeouts, log: log)
        case .chat, .responses:
            var settings = OpenAISettings(key: Secret(key), model: "test-model")
            settings.url = server.url + "/v1"
            settings.api = api == .chat ? .chat : .responses
            return OpenAIModel(settings, client: client, meter: meter, timeouts: timeouts, log: log)
        }
    }

    func editor(_ model: any LanguageModel, limits: HostedLimits = HostedLimits()) -> HostedEditor {
        let clock = Locked(0)
        let pace = EditorPace(
            now: { clock.withLock(\.self) },
            pause: { [pauses] milliseconds in
                try Task.checkCancellation()
                clock.withLock { $0 += milliseconds }
                pauses.withLock { $0.append(milliseconds) }
            }
        )
        return HostedEditor(model, limits: limits, pace: pace)
    }

    static func request(
        _ transcript: Transcript,
        _ options: ShortsOptions = ShortsOptions()
    ) -> EditorialRequest {
        EditorialRequest(
            transcript: transcript,
            segments: Segments(
                durationMs: transcript.durationMs,
                cuts: [],
                silences: [],
                turns: [],
                topicStartsMs: [],
                energy: Segments.Energy(hopMs: 1_000, lufs: []),
                integratedLufs: nil,
                warnings: []
            ),
            options: options
        )
    }

    static let talk = request(SampleTalk.transcript, ShortsOptions(targetCount: 3))
    /// About half an hour, which small windows cut into several parts.
    static let longTalk = request(LongTalk.transcript(sentences: 300), ShortsOptions(targetCount: 12))

    static var smallWindows: HostedLimits {
        var limits = HostedLimits()
        limits.windowTokens = 4_000
        return limits
    }

    /// Warnings of a plan that it fell back.
    static func fallbacks(_ plan: Plan) -> [Warning] { plan.warnings.filter { $0.code == Shortfall.code } }
}
