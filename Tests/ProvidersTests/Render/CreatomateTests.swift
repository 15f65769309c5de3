import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

@Suite struct CreatomatePayloadTests {
    private func orders(
        concessions: Set<RenderConcession> = [.gain, .emphasis],
        templates: [AspectRatio: String] = [:],
        ratios: Int = 3,
        _ change: (inout Composition.Short) -> Void = { _ in }
    ) throws -> [JSONPlace] {
        let settings = CreatomateSettings(key: Secret("k3y"), templates: templates, concessions: concessions)
        return try CreatomateRequests(settings: settings, provider: "creatomate")
            .orders(RenderBench.hosted(ratios: ratios, change))
            .map { try JSONPlace(try #require($0.start.body)) }
    }

    private func element(_ script: JSONPlace, _ name: String) throws -> [String: Any] {
        try #require(
            script.list("elements").first { $0["name"] as? String == name || $0["type"] as? String == name }
        )
    }

    @Test func `each ratio is a script of its own, with its callback and our note`() throws {
        let scripts = try orders()

        #expect(scripts.map { $0.number("width") } == [1_080, 1_080, 1_920])
        #expect(scripts.map { $0.number("height") } == [1_920, 1_080, 1_080])
        for (script, slug) in zip(scripts, ["9x16", "1x1", "16x9"]) {
            #expect(script.text("output_format") == "mp4" && script.number("duration") == 19.64)
            #expect(script.number("frame_rate") == 30 && script.text("metadata") == "tsk_1.1:\(slug):3")
            #expect(
                script.text("webhook_url") == "\(RenderBench.callbackURL)?task=tsk_1.1&ratio=\(slug)&of=3"
            )
        }
    }

    @Test func `the part of a shot fills the canvas`() throws {
        let video = try element(try orders(ratios: 1)[0], "video")

        #expect(video["trim_start"] as? Double == 0.84 && video["trim_duration"] as? Double == 19.64)
        #expect(video["fit"] as? String == "fill" && video["volume"] as? String == "100.0%")
        #expect(video["width"] as? String == "315.789%" && video["height"] as? String == "100.0%")
        #expect(video["x"] as? String == "57.237%" && video["y"] as? String == "50.0%")
        #expect(video["audio_fade_in"] as? Double == 0.015 && video["audio_fade_out"] as? Double == 0.02)
    }

    @Test func `a shot that shows all of the picture stands before a blurred copy`() throws {
        let script = try orders(ratios: 1) { $0.canvases[0].shots[0].layout = .fit }[0]
        let videos = script.list("elements").filter { $0["type"] as? String == "video" }

        #expect(videos.map { $0["fit"] as? String } == ["cover", "contain"])
        #expect(videos.map { $0["track"] as? Int } == [1, 2])
        #expect(videos[0]["volume"] as? String == "0%" && videos[0]["blur_radius"] != nil)
    }

    @Test func `kept stretches follow each other, with short fades where something is cut out`() throws {
        let script = try orders(ratios: 1) {
            $0.keptRangesMs = [TimeRange(startMs: 0, endMs: 4_000), TimeRange(startMs: 5_000, endMs: 19_640)]
            $0.durationMs = 18_640
        }[0]
        let videos = script.list("elements").filter { $0["type"] as? String == "video" }

        #expect(script.number("duration") == 18.64)
        #expect(videos.map { $0["time"] as? Double } == [0, 4])
        #expect(videos.map { $0["trim_start"] as? Double } == [0.84, 5.84])
        #expect(videos.map { $0["trim_duration"] as? Double } == [4, 14.64])
        #expect(videos.map { $0["audio_fade_in"] as? Double } == [0.015, 0.01])
        #expect(videos.map { $0["audio_fade_out"] as? Double } == [0.01, 0.02])
    }

    @Test func `captions are timed words, in pages`() throws {
        let captions = try element(try orders(ratios: 1)[0], "Captions")
        let words = try #require(captions["transcript_source"] as? [[String: Any]])

        #expect(
            words.map { $0["value"] as? String } == [
                "Count", "every", "loaf", "before", "you", "bake", "it.",
            ]
        )
        #expect(words.map { $0["time"] as? Double } == [0.2, 0.5, 0.8, 1.2, 1.52, 1.66, 1.94])
        #expect(words[0]["duration"] as? Double == 0.3)
        // A silence follows its end.
        #expect(words[6]["duration"] as? Double == 0.18)
        #expect(words.map { $0["sentence"] as? Int } == [1, 1, 1, 2, 2, 2, 2])
        #expect(captions["transcript_effect"] as? String == "color")
        #expect(captions["transcript_color"] as? String == "#FFD60A")
        #expect(captions["fill_color"] as? String == "#FFFFFF" && captions["font_weight"] as? Int == 800)
        let baseline = try #require(captions["y"] as? Int)
        #expect(baseline == 1_421 && captions["y_anchor"] as? String == "100%")
    }

    @Test func `the title is a card, and the logo keeps its corner`() throws {
        let script = try orders(ratios: 1)[0]
        let card = try element(script, "composition")
        let parts = try #require(card["elements"] as? [[String: Any]])

        #expect(card["time"] as? Double == 0 && card["duration"] as? Double == 3.5)
        #expect(card["x"] as? Double == 540)
        #expect(
            parts[0]["fill_color"] as? String == "#111114" && parts[1]["fill_color"] as? String == "#FFFFFF"
        )
        #expect(
            (parts[1]["text"] as? String)?.replacing("\n", with: " ") == "Count every loaf before you bake it"
        )
        let logo = try element(script, "Logo")
        #expect(logo["fit"] as? String == "contain" && logo["opacity"] as? String == "90.0%")
        #expect((logo["source"] as? String)?.hasPrefix("https://gateway.example/v1/style-assets/") == true)
    }

    @Test func `a template gets the content, and keeps its style`() throws {
        let order = try orders(templates: [.portrait: "5b6a"], ratios: 1)[0]
        func content(_ name: String) -> Any? { (order["modifications"] as? [String: Any])?[name] }

        #expect(order.text("template_id") == "5b6a" && order["elements"] == nil)
        #expect(
            content("Video.trim_start") as? Double == 0.84 && content("Video.width") as? String == "315.789%"
        )
        #expect(content("Title.text") as? String == "Count every loaf before you bake it")
        #expect((content("Captions.transcript_source") as? [Any])?.count == 7)
        #expect(content("Captions.font_family") == nil && content("Logo.source") != nil)
        let bare = try orders(templates: [.portrait: "5b6a"], ratios: 1) {
            $0.captionStyle.enabled = false
            $0.titleOverlay = nil
            $0.images = []
        }[0]
        let hidden = bare["modifications"] as? [String: Any]
        for name in ["Captions.visible", "Title.visible", "Logo.visible"] {
            #expect(hidden?[name] as? Bool == false)
        }
    }

    @Test func `a stacked shot shows the whole picture, or its crop where that is conceded`() throws {
        func stack(_ short: inout Composition.Short) {
            let rect = short.canvases[0].shots[0].rect
            short.canvases[0].shots[0].layout = .stacked
            short.canvases[0].shots[0].stack = .init(top: rect, bottom: rect)
        }
        let plain = try orders(ratios: 1)[0]
        let whole = try orders(ratios: 1, stack)[0]
        #expect(try element(whole, "video")["fit"] as? String != element(plain, "video")["fit"] as? String)
        let stacked = try orders(concessions: [.gain, .emphasis, .stack], ratios: 1, stack)[0]

        for member in ["fit", "x", "width"] {
            let shown = try element(stacked, "video")[member] as? String
            #expect(try shown != nil && shown == element(plain, "video")[member] as? String)
        }
        #expect(try element(stacked, "Captions")["y"] as? Int == element(plain, "Captions")["y"] as? Int)
    }

    @Test func `only the ratios that have a template use one`() throws {
        let made = try orders(templates: [.square: "sq"])

        #expect(made.map { $0.text("template_id") } == [nil, "sq", nil])
    }

    static let refusals: [(String, [AspectRatio: String], @Sendable (inout Composition.Short) -> Void)] = [
        ("'captions.words.emphasised'", [:], { _ in }),
        ("'caption_style.animation' is pop", [:], { $0.captionStyle.animation = .pop }),
        ("'audio.gain_db' is 4.7", [:], { $0.audio.gainDb = 4.74 }),
        (
            "'caption_style.font_family' is 'Inter Display'", [:],
            { $0.captionStyle.fontFamily = "Inter Display" }
        ),
        ("'canvases.shots.rect'", [:], { $0.canvases[0].shots[0].rect.height = 2_000 }),
        ("'kept_ranges_ms'", [.portrait: "t"], { $0.keptRangesMs = [TimeRange(startMs: 0, endMs: 2)] }),
        ("'canvases.shots'", [.portrait: "t"], { $0.canvases[0].shots.append($0.canvases[0].shots[0]) }),
        (
            "'images'", [.portrait: "t"],
            {
                $0.captionStyle.enabled = false
                $0.images.append($0.images[0])
            }
        ),
    ]

    @Test(arguments: refusals.indices)
    func `what cannot be expressed is refused by its name`(index: Int) throws {
        let (words, templates, change) = Self.refusals[index]
        let problem = #expect(throws: Problem.self) {
            try orders(concessions: [], templates: templates, ratios: 1) {
                $0.audio.gainDb = 0
                change(&$0)
            }
        }

        #expect(problem?.detail.contains(words) == true, "\(problem?.detail ?? "")")
        #expect(problem?.retryable == false)
    }
}

@Suite struct CreatomateTests {
    private func provider(_ fake: FakeRenderer, meter: ProviderMeter = ProviderMeter()) -> CreatomateProvider
    {
        CreatomateProvider(
            settings: CreatomateSettings(
                key: Secret(FakeRenderer.key),
                baseURL: fake.server.url,
                concessions: [.gain, .emphasis]
            ),
            client: RenderBench.client,
            meter: meter
        )
    }

    private func submit(
        _ answers: [LoopbackAnswer?]
    ) async throws -> (result: SubmitResult, deleted: [String]) {
        let fake = try FakeRenderer.creatomate()
        defer { fake.server.stop() }
        fake.change { $0.startAnswers = answers }
        let result = await provider(fake).submit(try RenderBench.task(), callbackSecret: RenderBench.secret)
        return (result, fake.deleted)
    }

    private func poll(_ bodies: String..., meter: ProviderMeter = ProviderMeter()) async throws -> PollResult
    {
        let fake = try FakeRenderer.creatomate()
        defer { fake.server.stop() }
        for (index, body) in bodies.enumerated() { fake.tell("r\(index + 1)", body) }
        let ids = ["9x16=r1", "1x1=r2", "16x9=r3"].prefix(bodies.count).joined(separator: ",")
        return await provider(fake, meter: meter).poll(RenderBench.reference(ids), told: nil)
    }

    private func told(_ status: String, id: String = "r1", more: String = "") -> String {
        #"{"id":"\#(id)","status":"\#(status)","url":"https://cdn.example/\#(id).mp4"\#(more)}"#
    }

    @Test func `a task starts one render for each ratio, told as an object or as a list of one`() async throws
    {
        let (result, _) = try await submit([])
        #expect(result == .accepted(externalId: "9x16=r1,1x1=r2,16x9=r3", report: nil))
        let list = LoopbackAnswer(202, body: #" [{"id":"x1","status":"planned"}]"#)
        #expect(
            try await submit([list]).result == .accepted(externalId: "9x16=x1,1x1=r1,16x9=r2", report: nil)
        )
    }

    static let outcomes: [(Int, String, String)] = [
        (429, "", "busy"), (400, #"{"message":"The template does not exist"}"#, "refused"),
        (401, "{}", "refused"), (402, "{}", "refused"), (500, "", "unknown outcome"),
        (503, "", "unreachable"),
        (202, "", "unknown outcome"), (202, "[]", "unknown outcome"),
        (202, #"[{"id":"a","status":"planned"},{"id":"b","status":"planned"}]"#, "unknown outcome"),
        (202, #"{"id":"","status":"planned"}"#, "unknown outcome"),
        (202, #"{"status":"planned"}"#, "unknown outcome"),
        (0, "", "unknown outcome"), (202, LongBody.name, "unknown outcome"),
    ]

    @Test(arguments: outcomes)
    func `what a start comes to is told by its answer`(status: Int, body: String, word: String) async throws {
        let (result, deleted) = try await submit([LoopbackAnswer(status, body: LongBody.meant(body))])

        #expect(result.word == word && deleted.isEmpty)
        if status == 400 { #expect(result.problem?.detail.contains("does not exist") == true) }
    }

    @Test func `an address is good when the render has succeeded, and not before`() async throws {
        let done = [told("succeeded", more: #","file_size":42"#), told("succeeded", id: "r2")]
        #expect(try await poll(done[0], done[1]).files.map(\.sizeBytes) == [42, nil])
        #expect(try await poll(done[0], told("rendering", id: "r2")).word == "running")
        #expect(try await poll("[\(done[0])]").files.count == 1)
    }

    @Test func `a failure is told in its own words`() async throws {
        let result = try await poll(
            told("succeeded"),
            told("failed", id: "r2", more: #","error_message":"No such element""#)
        )
        #expect(result.problem?.detail == "Creatomate gave the render up: No such element.")
        #expect(result.word == "failed" && result.problem?.retryable == false)
        let passing = told("failed", more: #","error_message":"The video could not be downloaded""#)
        #expect(try await poll(passing).problem?.retryable == true)
    }

    @Test(arguments: [
        ("planned", "queued"), ("waiting", "running"), ("transcribing", "running"), ("rendering", "running"),
        ("polishing", "running"),
    ])
    func `its words are states, and those of tomorrow mean that it goes on`(
        word: String,
        state: String
    ) async throws {
        let meter = ProviderMeter()
        #expect(try await poll(told(word), meter: meter).word == state)
        let counted = meter.snapshot.unknownStatuses.map(\.key.word)
        #expect(counted == (word == "polishing" ? ["polishing"] : []))
    }

    @Test(arguments: [
        "", "[]", "no JSON", #"{"id":"r1"}"#, #"{"id":"r2","status":"succeeded","url":"u"}"#,
    ])
    func `an answer that breaks its contract is no end`(body: String) async throws {
        #expect(try await poll(body).word == "unreachable")
    }

    @Test(arguments: [
        #"{"id":"r1","status":"succeeded"}"#, #"{"id":"r1","status":"succeeded","url":""}"#,
    ])
    func `a render that is done and has no file is told as such`(body: String) async throws {
        #expect(try await poll(body).word == "unusable")
    }

    @Test(arguments: [
        ("tsk_1.1:9x16:1", "made"), ("tsk_1.1:9x16:3", "made"), ("", "made"),
        ("tsk_2.1:9x16:1", "unreachable"), ("tsk_1.2:9x16:1", "unreachable"),
        ("tsk_1.1:1x1:1", "unreachable"), ("tsk_1.11:9x16:1", "unreachable"), ("else", "unreachable"),
    ])
    func `a render whose note is another's is not the task's`(note: String, word: String) async throws {
        #expect(try await poll(told("succeeded", more: #","metadata":"\#(note)""#)).word == word)
    }

    @Test func `a failure stops what still renders`() async throws {
        let fake = try FakeRenderer.creatomate()
        defer { fake.server.stop() }
        fake.tell("r1", told("failed"))
        fake.tell("r2", told("rendering", id: "r2"))
        fake.tell("r3", told("succeeded", id: "r3"))
        let ids = "9x16=r1,1x1=r2,16x9=r3"

        #expect(await provider(fake).poll(RenderBench.reference(ids), told: nil).word == "failed")
        #expect(fake.deleted == ["r2"])
        await provider(fake).cancel(externalId: ids)
        #expect(fake.deleted == ["r2", "r1", "r2", "r3"])
    }

    @Test(arguments: ["succeeded", "failed"])
    func `a callback is a reason to ask, and gives no task its renders`(name: String) async throws {
        let fake = try FakeRenderer.creatomate()
        defer { fake.server.stop() }
        let callback = try RenderBench.Callback("creatomate/\(name).json")
        guard case .verified(_, .capability) = provider(fake).verify(callback.incoming(secret: nil)) else {
            Issue.record("refused")
            return
        }
        let id = "5f3b1c1e-1d2e-4a55-8a9e-70f8ee4b7d01"
        func told(_ query: String) -> ToldCallback {
            ToldCallback(trust: .capability, query: CallbackQuery(query), body: Array(callback.body.utf8))
        }
        #expect(provider(fake).externalId(told: told("task=tsk_1.1&ratio=9x16&of=1")) == nil)
        // Whatever it says, the service is asked.
        fake.tell(id, self.told("rendering", id: id))
        #expect(
            await provider(fake).poll(RenderBench.reference("9x16=\(id)"), told: told("")).word == "running"
        )
        // Before the reply to the dispatch there is nobody to ask.
        let early = await provider(fake).poll(RenderBench.reference("tsk_1"), told: told(""))
        #expect(early.word == "unreachable" && early.problem?.retryable == true)
        #expect(await provider(fake).poll(RenderBench.reference("tsk_1"), told: nil).word == "forgotten")
    }

    @Test func `settings show no key`() {
        #expect(!"\(CreatomateSettings(key: Secret("k3y")))".contains("k3y"))
    }
}
