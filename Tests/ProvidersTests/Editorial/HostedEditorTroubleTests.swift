import Contracts
import Editorial
import LoopbackSupport
import OutboundHTTP
import StudioSupport
import Testing

@testable import Providers

@Suite struct HostedEditorTroubleTests {
    private static func answer(
        _ status: Int,
        _ headers: [(name: String, value: String)] = []
    ) -> LoopbackAnswer {
        LoopbackAnswer(
            status,
            headers: headers,
            body: #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#
        )
    }

    @Test(arguments: FakeQuestion.API.allCases)
    func `a busy or broken provider is asked again, as late as it wants`(api: FakeQuestion.API) async throws {
        let desk = try ModelDesk { question in
            switch question.index {
            case 0: .answer(Self.answer(429, [(name: "retry-after", value: "7")]))
            case 1: .answer(Self.answer(529, [(name: "Retry-After", value: "3600")]))
            case 2: .answer(Self.answer(500))
            default: .work
            }
        }
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(api)).plan(ModelDesk.talk)

        #expect(desk.paused == [7_000, 120_000, 2_000])
        #expect(ModelDesk.fallbacks(plan) == [] && plan.provenance?.requests == 5)
    }

    @Test(
        arguments: [
            (503, "true", 4), (500, "false", 1), (429, "false", 1), (400, nil, 1), (401, nil, 1),
            (403, nil, 1), (404, nil, 1),
            (413, nil, 1), (400, "true", 4),
        ] as [(Int, String?, Int)]
    )
    func `what will not pass is not asked again, and ends all questions`(
        status: Int,
        shouldRetry: String?,
        requests: Int
    ) async throws {
        let headers = shouldRetry.map { [(name: "x-should-retry", value: $0)] } ?? []
        let desk = try ModelDesk { _ in .answer(Self.answer(status, headers)) }
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(.messages), limits: ModelDesk.smallWindows)
            .plan(ModelDesk.longTalk)

        #expect(desk.server.questions.count == requests)
        let fallbacks = ModelDesk.fallbacks(plan)
        #expect(fallbacks.count == 1 && fallbacks[0].detail.contains("answered with status \(status)"))
        // The provider's name for it is told, its sentence only to operators, and neither where it may repeat a key.
        let isTold = status != 401 && status != 403
        #expect(fallbacks[0].detail.contains("overloaded_error") == isTold)
        #expect(!fallbacks[0].detail.contains("Overloaded"))
        #expect(desk.log.count == requests && desk.log.allSatisfy { $0.contains("Overloaded") == isTold })
        #expect(plan.model == "embedded/scorer-1" && plan.provenance?.fallback == .whole)
    }

    @Test(arguments: FakeQuestion.API.allCases) func `a wrong key stands in no warning`(
        api: FakeQuestion.API
    ) async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }
        let model = desk.model(api, key: "sk-wrong-key-of-somebody")

        let plan = try await desk.editor(model).plan(ModelDesk.talk)

        let told = plan.warnings.map(\.detail).joined()
        #expect(told.contains("401") && !told.contains("sk-") && !desk.log.joined().contains("sk-"))
        #expect(!"\(model)".contains("sk-wrong") && !String(reflecting: model).contains("sk-wrong"))
        #expect(desk.server.questions.count == 1)
    }

    @Test(arguments: [
        LoopbackAnswer(
            200,
            headers: [(name: "content-type", value: "text/html")],
            body: "<html>Sign in</html>"
        ),
        LoopbackAnswer(200, body: "{}"),
        LoopbackAnswer(200, body: #"{"choices": [], "content": 7, "status": 1}"#),
        LoopbackAnswer(200, body: ""),
    ]) func `a success that is no answer of the API ends all questions`(answer: LoopbackAnswer) async throws {
        for api in FakeQuestion.API.allCases {
            let desk = try ModelDesk { _ in .answer(answer) }
            defer { desk.server.stop() }

            let plan = try await desk.editor(desk.model(api), limits: ModelDesk.smallWindows).plan(
                ModelDesk.longTalk
            )

            #expect(desk.server.questions.count == 1)
            #expect(ModelDesk.fallbacks(plan).map(\.detail).joined().contains("was not understood"))
            #expect((plan.provenance?.tokens.estimated ?? 0) > 0)
        }
    }

    @Test func `a server that says nothing, and one that never ends, are left`() async throws {
        var limits = HostedLimits()
        limits.triesMax = 2
        let slow = TransferTimeouts(connectMilliseconds: 1_000, totalMilliseconds: 200)
        let silent = try ModelDesk { _ in .silence }
        defer { silent.server.stop() }
        let endless = try ModelDesk { _ in
            .answer(LoopbackAnswer(200, bytes: Array(repeating: 0x20, count: 3 << 20)))
        }
        defer { endless.server.stop() }

        let waited = try await silent.editor(silent.model(.chat, timeouts: slow), limits: limits).plan(
            ModelDesk.talk
        )
        let flooded = try await endless.editor(endless.model(.chat), limits: limits).plan(ModelDesk.talk)

        #expect(silent.server.questions.count == 2)
        for plan in [waited, flooded] {
            #expect(plan.provenance?.fallback == .whole && ModelDesk.fallbacks(plan).count == 1)
            #expect(ModelDesk.fallbacks(plan)[0].detail.contains("cannot be reached"))
            #expect(!plan.warnings.map(\.detail).joined().contains("127.0.0.1"))
            // Nobody knows whether the question was worked on.
            #expect((plan.provenance?.tokens.estimated ?? 0) > 0)
        }
    }

    @Test(arguments: [
        (FakeQuestion.API.messages, "max_tokens"), (.chat, "length"), (.responses, "max_output_tokens"),
    ])
    func `an answer that was cut off is asked for once more, shorter`(
        api: FakeQuestion.API,
        reason: String
    ) async throws {
        let desk = try ModelDesk { question in
            question.isRepair ? .work : .stop(reason, text: #"{"moments": [{"first_sentence": 3"#)
        }
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(api)).plan(ModelDesk.talk)

        #expect(ModelDesk.fallbacks(plan) == [] && desk.server.questions.count == 4)
        let again = try #require(desk.server.questions.first { $0.isRepair })
        #expect(again.turns.count == 1 && again.turns[0].contains("longer than 8000 tokens"))
    }

    @Test(arguments: [
        (FakeQuestion.API.messages, "model_context_window_exceeded", "context window"),
        (.messages, "pause_turn", "stopped with 'pause_turn'"), (.chat, "content_filter", "content filter"),
        (.responses, "content_filter", "content filter"), (.chat, "tool_calls", "stopped with 'tool_calls'"),
    ])
    func `whole JSON with another reason to stop is not trusted`(
        api: FakeQuestion.API,
        reason: String,
        told: String
    ) async throws {
        let desk = try ModelDesk { _ in .stop(reason, text: #"{"moments": []}"#) }
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(api)).plan(ModelDesk.talk)

        #expect(desk.server.questions.count == 1)
        #expect(ModelDesk.fallbacks(plan).map(\.detail).joined().contains(told))
    }

    @Test func `tokens beyond the budget are never asked for, and the rest is the embedded scorer's`()
        async throws
    {
        var limits = ModelDesk.smallWindows
        limits.tokensPerRun = 26_000
        let desk = try ModelDesk()
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(.messages), limits: limits).plan(ModelDesk.longTalk)

        let tokens = try #require(plan.provenance?.tokens)
        #expect(tokens.input + tokens.output <= 26_000)
        #expect(plan.provenance?.fallback == .part && !desk.server.questions.isEmpty)
        #expect(
            ModelDesk.fallbacks(plan).map(\.detail).joined().contains("26000 tokens that one run may use")
        )
    }

    @Test func `a budget that suffices for nothing asks nothing`() async throws {
        var limits = HostedLimits()
        limits.tokensPerRun = 1_000
        let desk = try ModelDesk()
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(.messages), limits: limits).plan(ModelDesk.talk)

        #expect(desk.server.questions.isEmpty && plan.provenance?.fallback == .whole)
        #expect(plan.provenance?.tokens == Plan.Provenance.Tokens(input: 0, output: 0, estimated: 0))
    }

    @Test func `time that is used up ends all questions`() async throws {
        var limits = HostedLimits()
        limits.totalMs = 100_000
        limits.triesMax = 10
        let desk = try ModelDesk { _ in .answer(Self.answer(429, [(name: "retry-after", value: "40")])) }
        defer { desk.server.stop() }

        let plan = try await desk.editor(desk.model(.messages), limits: limits).plan(ModelDesk.talk)

        #expect(desk.paused == [40_000, 40_000] && desk.server.questions.count == 3)
        #expect(plan.provenance?.fallback == .whole)
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled plan ends at once, without a plan`() async throws {
        let desk = try ModelDesk { _ in .silence }
        defer { desk.server.stop() }
        let editor = desk.editor(desk.model(.messages))
        let work = Task { try await editor.plan(ModelDesk.talk) }
        while desk.server.questions.isEmpty { await Task.yield() }

        work.cancel()

        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(desk.server.questions.count == 1)
    }

    @Test func `a talk of three hours costs what the documentation says`() async throws {
        let desk = try ModelDesk()
        defer { desk.server.stop() }
        let talk = LongTalk.transcript(sentences: 1_680)
        #expect((170 * 60_000...190 * 60_000).contains(talk.durationMs))

        let plan = try await desk.editor(desk.model(.messages)).plan(ModelDesk.request(talk))

        let tokens = try #require(plan.provenance?.tokens)
        #expect(ModelDesk.fallbacks(plan) == [] && plan.moments.count == 40)
        // docs/providers/anthropic.md names these numbers.
        #expect(tokens.input < 200_000 && tokens.output < 20_000, "\(tokens)")
        print("three hours: \(tokens), \(plan.provenance?.requests ?? 0) requests")
    }
}
