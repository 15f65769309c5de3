import Contracts
import Editorial
import OutboundHTTP
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct ModelRequestTests {
    private static let question: ModelQuestion = {
        let desk = HostedDesk(ModelDesk.talk, limits: HostedLimits())
        return desk.shortlistQuestion(desk.parts[0])
    }()

    private static var anthropic: AnthropicSettings { AnthropicSettings(key: Secret("sk-1")) }
    private static var openAI: OpenAISettings { OpenAISettings(key: Secret("sk-1"), model: "m") }

    @Test func `a question to Anthropic pins the version and holds the answer to a schema`() throws {
        var settings = Self.anthropic
        settings.version = "2026-10-21"
        let request = AnthropicRequests.request(Self.question, settings)
        let body = AnthropicRequests.body(Self.question, settings)

        #expect(request.method == "POST" && request.url == "https://api.anthropic.com/v1/messages")
        let headers = Dictionary(request.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(headers["anthropic-version"] == "2026-10-21" && headers["x-api-key"] == "sk-1")
        #expect(headers["content-type"] == "application/json" && headers["authorization"] == nil)
        #expect(body["model"] == "claude-sonnet-5-5" && body["max_tokens"] == 8000)
        #expect(body["output_config"]?["format"]?["type"] == "json_schema")
        #expect(body["output_config"]?["format"]?["schema"] == Self.question.shape.schema)
        #expect(body["tools"] == nil && body["system"]?.stringValue == Self.question.instructions)
        for name in ["temperature", "top_p", "top_k"] { #expect(body[name] == nil) }
        #expect(JSONTree(parsing: request.body ?? []) == body)
    }

    @Test func `the form of a tool is forced and strict`() {
        var settings = Self.anthropic
        settings.form = .tool
        let body = AnthropicRequests.body(Self.question, settings)

        #expect(body["output_config"] == nil)
        #expect(body["tools"]?.elements?.first?["strict"] == true)
        #expect(body["tools"]?.elements?.first?["input_schema"] == Self.question.shape.schema)
        #expect(
            body["tool_choice"] == [
                "type": "tool", "name": "shortlist", "disable_parallel_tool_use": true,
            ]
        )
    }

    @Test(arguments: AnthropicSettings.Form.allCases) func `both forms make a plan`(
        form: AnthropicSettings.Form
    ) async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(.messages, form: form)).plan(ModelDesk.talk)

        #expect(ModelDesk.fallbacks(plan) == [] && plan.provenance?.fallback == Plan.Provenance.Fallback.none)
        #expect(desk.server.questions.allSatisfy { ($0.body["tools"] != nil) == (form == .tool) })
    }

    @Test func `a question to OpenAI stands a level higher in one API than in the other`() {
        let chat = OpenAIRequests.chat(Self.question, Self.openAI)
        let responses = OpenAIRequests.responses(Self.question, Self.openAI)

        let format = chat["response_format"]
        #expect(format?["type"] == "json_schema" && format?["json_schema"]?["strict"] == true)
        #expect(format?["json_schema"]?["name"] == "shortlist")
        #expect(format?["json_schema"]?["schema"] == Self.question.shape.schema)
        #expect(
            chat["messages"]?.elements?.first?["role"] == "system" && chat["max_completion_tokens"] == 8000
        )
        let text = responses["text"]?["format"]
        #expect(text?["type"] == "json_schema" && text?["name"] == "shortlist" && text?["strict"] == true)
        #expect(text?["schema"] == Self.question.shape.schema && responses["store"] == false)
        #expect(responses["instructions"]?.stringValue == Self.question.instructions)
        #expect(responses["max_output_tokens"] == 8000 && responses["background"] == nil)
    }

    @Test func `a compatible server is reached below its address, without a key where it asks for none`() {
        var settings = OpenAISettings(key: nil, model: "m")
        settings.url = "http://127.0.0.1:11434/v1"
        let request = OpenAIRequests.request(Self.question, settings)

        #expect(request.url == "http://127.0.0.1:11434/v1/chat/completions")
        #expect(!request.headers.contains { $0.name == "authorization" })
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let editor = HostedEditor(OpenAIModel(settings, client: client, meter: ProviderMeter()))
        #expect(
            editor.identity.wholeMatch(of: #/openai/m@own-[0-9a-f]{8}/(.*)/#)?.1 == PromptBook.version[...]
        )
        settings.url = "http://127.0.0.1:11435/v1"
        let other = HostedEditor(OpenAIModel(settings, client: client, meter: ProviderMeter()))
        #expect(other.identity != editor.identity)
        settings.url = "https://openrouter.ai/api/v1"
        let known = HostedEditor(
            OpenAIModel(name: "router", settings, client: client, meter: ProviderMeter())
        )
        #expect(known.identity == "router/m@openrouter.ai/\(PromptBook.version)")
        let plain = HostedEditor(OpenAIModel(Self.openAI, client: client, meter: ProviderMeter()))
        #expect(plain.identity == "openai/m/\(PromptBook.version)")
    }

    @Test func `an answer without a count is estimated`() {
        var ledger = TokenLedger(tokensMax: 100_000)
        ledger.add(Self.question, usage: nil, answer: "three words here")
        #expect(ledger.tokens.input == Self.question.tokens && ledger.tokens.output > 0)
        #expect(ledger.tokens.estimated == ledger.tokens.input + ledger.tokens.output)
        ledger.add(Self.question, usage: ModelUsage(input: .max, output: -5))
        #expect(!ledger.allows(Self.question) && ledger.requests == 2)
    }

    @Test(
        arguments: [
            (1, nil, 500), (2, nil, 1_000), (9, nil, 8_000), (1, 3_000, 3_000), (1, 999_999_999, 120_000),
        ] as [(Int, Int?, Int)]
    )
    func `pauses grow, and end where a provider asks for too much`(attempt: Int, wish: Int?, delayMs: Int) {
        #expect(EditorPace.delayMs(after: attempt, retryAfterMs: wish) == delayMs)
    }
}
