import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

@Suite struct ShotstackPayloadTests {
    private static let fonts = ["Inter": "https://fonts.example/Inter.ttf"]

    private func orders(
        concessions: Set<RenderConcession> = [.gain],
        fonts: [String: String] = fonts,
        ratios: Int = 3,
        _ change: (inout Composition.Short) -> Void = { _ in }
    ) throws -> [JSONPlace] {
        let settings = ShotstackSettings(key: Secret("k3y"), fonts: fonts, concessions: concessions)
        return try ShotstackRequests(settings: settings, provider: "shotstack")
            .orders(RenderBench.hosted(ratios: ratios, change))
            .map { try JSONPlace(try #require($0.start.body)) }
    }

    @Test func `each ratio is an edit of its own, with its own callback`() throws {
        let edits = try orders()

        #expect(edits.map { $0.text("output.aspectRatio") } == ["9:16", "1:1", "16:9"])
        #expect(edits.map { $0.number("output.fps") } == [30, 30, 30])
        for (edit, slug) in zip(edits, ["9x16", "1x1", "16x9"]) {
            #expect(edit.text("output.format") == "mp4" && edit.text("output.resolution") == "1080")
            #expect(
                edit.text("callback") == "\(RenderBench.callbackURL)?task=tsk_1.1&ratio=\(slug)&of=3"
            )
            #expect(edit.text("timeline.fonts.0.src") == Self.fonts["Inter"])
            // The logo, the captions, the title, and the picture.
            #expect(edit.count("timeline.tracks") == 4)
        }
    }

    @Test func `the part of a shot fills the canvas`() throws {
        let edit = try orders(ratios: 1)[0]
        let clip = "timeline.tracks.3.clips.0"

        #expect(edit.number("\(clip).asset.trim") == 0.84)
        #expect(edit.number("\(clip).start") == 0 && edit.number("\(clip).length") == 19.64)
        #expect(edit.text("\(clip).fit") == "crop")
        // As high as the source: 608 of 1920 columns, whose middle is 44 columns left of the source's.
        #expect(edit.number("\(clip).scale") == 1)
        #expect(edit.number("\(clip).offset.x") == (44.0 / 608).rounded(places: 4))
        #expect(edit.number("\(clip).offset.y") == 0)
    }

    @Test func `a smaller part is enlarged and moved both ways`() throws {
        let edit = try orders(ratios: 1) {
            $0.canvases[0].shots[0].rect = PixelRect(x: 0, y: 540, width: 304, height: 540)
        }[0]
        let clip = "timeline.tracks.3.clips.0"

        #expect(edit.number("\(clip).scale") == 2)
        #expect(edit.number("\(clip).offset.x") == ((960.0 - 152) / 304).rounded(places: 4))
        // The lower half: the source moves up by half a canvas.
        #expect(edit.number("\(clip).offset.y") == 0.5)
    }

    @Test func `a shot that shows all of the picture stands before a blurred copy`() throws {
        let edit = try orders(ratios: 1) {
            var fit = $0.canvases[0].shots[0]
            $0.canvases[0].shots[0].endMs = 10_000
            fit.startMs = 10_000
            fit.layout = .fit
            $0.canvases[0].shots.append(fit)
        }[0]

        #expect(edit.count("timeline.tracks") == 5)
        let shown = "timeline.tracks.3.clips.1"
        #expect(edit.text("\(shown).fit") == "contain" && edit.number("\(shown).asset.trim") == 10.84)
        let behind = "timeline.tracks.4.clips.0"
        #expect(edit.text("\(behind).filter") == "blur" && edit.number("\(behind).asset.volume") == 0)
        #expect(edit.number("\(behind).start") == 10 && edit.number("\(behind).length") == 9.64)
        // The sound fades in with the first and out with the last.
        #expect(edit.count("timeline.tracks.3.clips.0.asset.volume") == 1)
        #expect(edit.number("\(shown).asset.volume.0.start") == 9.62)
    }

    @Test func `kept stretches follow each other, with short fades where something is cut out`() throws {
        let edit = try orders(ratios: 1) {
            var second = $0.canvases[0].shots[0]
            $0.canvases[0].shots[0].endMs = 6_000
            second.startMs = 6_000
            second.rect.x = 0
            $0.canvases[0].shots.append(second)
            $0.keptRangesMs = [TimeRange(startMs: 0, endMs: 4_000), TimeRange(startMs: 5_000, endMs: 19_640)]
            $0.durationMs = 18_640
        }[0]
        let clips = edit.list("timeline.tracks.3.clips")
        let track = "timeline.tracks.3.clips"

        #expect(clips.map { $0["start"] as? Double } == [0, 4, 5])
        #expect(clips.map { $0["length"] as? Double } == [4, 1, 13.64])
        #expect((0..<3).map { edit.number("\(track).\($0).asset.trim") } == [0.84, 5.84, 6.84])
        #expect(edit.number("\(track).0.asset.volume.1.start") == 3.99)
        #expect(edit.number("\(track).1.asset.volume.0.length") == 0.01)
        #expect(edit.number("\(track).2.asset.volume.0.start") == 13.62)
    }

    @Test func `the spoken word has its colour from its onset to the next word`() throws {
        let edit = try orders(ratios: 1)[0]
        let clips = edit.list("timeline.tracks.1.clips")
        let asset = try #require(clips.first?["asset"] as? [String: Any])
        let (html, css) = (asset["html"] as? String ?? "", asset["css"] as? String ?? "")

        #expect(clips.count == 2 && clips.first?["width"] as? Int == 1_080)
        #expect(html.contains(#"<span class="w0">Count</span> <span class="w1">every</span>"#))
        #expect(css.contains("@keyframes spoken{to{color:#FFD60A}}"))
        // 200 to 500, 500 to 800, 800 to 1200 ms of a page that starts at 200.
        #expect(
            css.contains(".w0{color:#FFFFFF;animation:spoken 1ms 0ms forwards,quiet0 1ms 300ms forwards}")
        )
        #expect(css.contains("spoken 1ms 600ms forwards,quiet2 1ms 1000ms forwards"))
        // It stands out before it is spoken.
        #expect(css.contains(".w2{color:#FFED91;"))
        #expect(css.contains("font-family:'Inter'") && css.contains("font-weight:800"))
    }

    @Test func `texts are no markup and no merge fields`() throws {
        let edit = try orders(ratios: 1) {
            $0.captions[0].words[0].text = #"<b>"{{x}}"&'"#
            $0.titleOverlay?.text = "<script>{{y}}</script>"
        }[0]
        let all = edit.list("timeline.tracks.1.clips") + edit.list("timeline.tracks.2.clips")
        let html = all.compactMap { ($0["asset"] as? [String: Any])?["html"] as? String }.joined()

        #expect(html.contains("&lt;b&gt;&quot;&#123;&#123;x&#125;&#125;&quot;&amp;&#39;"))
        #expect(!html.contains("{{") && !html.contains("<script>"))
    }

    @Test func `captions that are off and a title that is not there leave no track`() throws {
        let edit = try orders(ratios: 1) {
            $0.captionStyle.enabled = false
            $0.titleOverlay = nil
            $0.images = []
        }[0]

        #expect(edit.count("timeline.tracks") == 1)
    }

    @Test func `the logo keeps its distance from its corner`() throws {
        let edit = try orders(ratios: 1)[0]
        let clip = "timeline.tracks.0.clips.0"

        #expect(edit.text("\(clip).position") == "topRight" && edit.text("\(clip).fit") == "contain")
        #expect(abs((edit.number("\(clip).scale") ?? 0) - 0.18) < 0.002)
        #expect(abs((edit.number("\(clip).offset.x") ?? 0) + 0.06) < 0.002)
        #expect(abs((edit.number("\(clip).offset.y") ?? 0) + 0.1) < 0.002)
        #expect(edit.number("\(clip).opacity") == 0.9)
    }

    static let refusals: [(String, @Sendable (inout Composition.Short) -> Void)] = [
        ("'audio.gain_db' is 4.7", { _ in }),
        (
            "'caption_style.font_family' is 'Lato'",
            {
                $0.audio.gainDb = 0
                $0.captionStyle.fontFamily = "Lato"
            }
        ),
        (
            "'title_style.font_family' is 'DejaVu Sans'",
            {
                $0.audio.gainDb = 0
                $0.titleStyle?.fontFamily = "DejaVu Sans"
            }
        ),
        (
            "'fps_num' and 'fps_den' are 90/1",
            {
                $0.audio.gainDb = 0
                $0.fpsNum = 90
            }
        ),
        (
            "'canvases.shots.rect'",
            {
                $0.audio.gainDb = 0
                $0.canvases[0].shots[0].rect.x = 1_900
            }
        ),
    ]

    @Test(arguments: refusals.indices)
    func `what cannot be expressed is refused by its name`(index: Int) throws {
        let (words, change) = Self.refusals[index]
        let problem = #expect(throws: Problem.self) { try orders(concessions: [], ratios: 1, change) }

        #expect(problem?.detail.contains(words) == true, "\(problem?.detail ?? "")")
        #expect(problem?.retryable == false)
    }

    @Test(arguments: [(30_000, 1_001, 29.97), (60_000, 2_000, 30), (24_000, 1_001, 23.976), (60, 1, 60)])
    func `rates are written as it knows them`(num: Int, den: Int, rate: Double) throws {
        let edit = try orders(ratios: 1) { ($0.fpsNum, $0.fpsDen) = (num, den) }[0]

        #expect(edit.number("output.fps") == rate)
    }

    @Test func `sound is lowered by its gain`() throws {
        let edit = try orders(concessions: [], ratios: 1) {
            $0.audio.gainDb = -6
            ($0.audio.fadeInMs, $0.audio.fadeOutMs) = (0, 0)
        }[0]

        #expect(edit.number("timeline.tracks.3.clips.0.asset.volume") == 0.5012)
    }
}

@Suite struct ShotstackTests {
    private func provider(_ fake: FakeRenderer, meter: ProviderMeter = ProviderMeter()) -> ShotstackProvider {
        ShotstackProvider(
            settings: ShotstackSettings(
                key: Secret(FakeRenderer.key),
                baseURL: fake.server.url,
                fonts: ["Inter": "https://fonts.example/Inter.ttf"],
                concessions: [.gain]
            ),
            client: RenderBench.client,
            meter: meter
        )
    }

    private func told(_ status: String, id: String = "r1", more: String = "") -> String {
        #"{"success":true,"response":{"id":"\#(id)","status":"\#(status)"\#(more)}}"#
    }

    private func poll(_ bodies: String..., meter: ProviderMeter = ProviderMeter()) async throws -> PollResult
    {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        for (index, body) in bodies.enumerated() { fake.tell("r\(index + 1)", body) }
        let slugs = ["9x16", "1x1", "16x9"].prefix(bodies.count)
        let ids = slugs.enumerated().map { "\($0.element)=r\($0.offset + 1)" }.joined(separator: ",")
        return await provider(fake, meter: meter).poll(RenderBench.reference(ids), told: nil)
    }

    @Test func `a task starts one render for each ratio`() async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        let result = await provider(fake).submit(try RenderBench.task(), callbackSecret: RenderBench.secret)

        #expect(result == .accepted(externalId: "9x16=r1,1x1=r2,16x9=r3", report: nil))
        #expect(fake.server.received.allSatisfy { $0.header("content-type") == "application/json" })
    }

    static let outcomes: [(Int, String, String)] = [
        (429, "", "busy"), (400, #"{"message":"Bad Request","response":{"message":"fps"}}"#, "refused"),
        (401, "{}", "refused"), (403, "{}", "refused"), (500, "", "unknown outcome"),
        (503, "", "unreachable"),
        (201, "", "unknown outcome"), (201, #"{"response":{}}"#, "unknown outcome"),
        (201, #"{"response":{"id":"a/b"}}"#, "unknown outcome"), (201, "<html>", "unknown outcome"),
        (0, "", "unknown outcome"), (201, LongBody.name, "unknown outcome"),
    ]

    @Test(arguments: outcomes)
    func `what a start comes to is told by its answer`(status: Int, body: String, word: String) async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        let headers = status == 429 ? [(name: "retry-after", value: "7")] : []
        fake.change {
            $0.startAnswers = [LoopbackAnswer(status, headers: headers, body: LongBody.meant(body))]
        }
        let result = await provider(fake).submit(try RenderBench.task(), callbackSecret: RenderBench.secret)

        #expect(result.word == word)
        if status == 429 { #expect(result == .busy(retryAfterMs: 7_000)) }
        if status == 400 { #expect(result.problem?.detail.hasSuffix("status 400: fps.") == true) }
    }

    @Test func `all files are there, or none`() async throws {
        func done(_ number: Int) -> String {
            told("done", id: "r\(number)", more: #","url":"https://cdn.example/r\#(number).mp4""#)
        }
        let made = try await poll(done(1), done(2), done(3))
        #expect(made.files.map(\.url) == (1...3).map { "https://cdn.example/r\($0).mp4" })
        #expect(made.files.map(\.aspectRatio) == [.portrait, .square, .landscape])

        let failed = told("failed", id: "r2", more: #","error":"The asset could not be downloaded""#)
        let result = try await poll(done(1), failed, done(3))
        #expect(result.word == "failed" && result.problem?.retryable == true)
        #expect(result.problem?.detail == "Shotstack gave the render up: The asset could not be downloaded.")
        let final = told("failed", more: #","error":"Invalid edit""#)
        #expect(try await poll(final).problem?.retryable == false)
    }

    @Test(arguments: [
        ("queued", "queued"), ("fetching", "running"), ("preprocessing", "running"), ("rendering", "running"),
        ("saving", "running"), ("polishing", "running"),
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
        "", "{}", "no JSON", #"{"response":{"id":"r1"}}"#,
        #"{"response":{"id":"r2","status":"done","url":"u"}}"#,
    ])
    func `an answer that breaks its contract is no end`(body: String) async throws {
        #expect(try await poll(body).word == "unreachable")
    }

    @Test(arguments: [
        #"{"response":{"id":"r1","status":"done"}}"#, #"{"response":{"id":"r1","status":"done","url":""}}"#,
    ])
    func `a render that is done and has no file is told as such`(body: String) async throws {
        #expect(try await poll(body).word == "unusable")
        #expect(try await poll(body, told("rendering", id: "r2")).word == "unusable")
        #expect(try await poll(body, told("failed", id: "r2")).word == "failed")
    }

    @Test func `a render that it does not know loses the task`() async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        let provider = provider(fake)
        #expect(await provider.poll(RenderBench.reference("9x16=r1"), told: nil).word == "forgotten")
        #expect(await provider.poll(RenderBench.reference("tsk_1"), told: nil).word == "forgotten")
        #expect(await provider.poll(RenderBench.reference("bucket:9x16=r1"), told: nil).word == "forgotten")
        await provider.cancel(externalId: "9x16=r1")
        #expect(fake.server.received.count == 1)
    }

    @Test func `a callback is a reason to ask, whatever it says`() async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        fake.tell("r1", told("rendering"))
        for name in ["render-done", "render-failed", "copy-ready"] {
            let callback = try RenderBench.Callback("shotstack/\(name).json")
            guard case .verified(_, .capability) = provider(fake).verify(callback.incoming(secret: nil))
            else {
                Issue.record("\(name) is refused")
                return
            }
            let told = ToldCallback(trust: .capability, body: Array(callback.body.utf8))
            #expect(await provider(fake).poll(RenderBench.reference("9x16=r1"), told: told).word == "running")
        }
        #expect(fake.server.received.count == 3)
    }

    @Test(arguments: ["render-done", "render-failed", "copy-ready"])
    func `no callback gives a task its renders, since whoever has the address could name others`(
        name: String
    ) async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        let body = Array(try RenderBench.Callback("shotstack/\(name).json").body.utf8)
        for query in ["task=tsk_1.1&ratio=9x16&of=1", "task=tsk_1.1&ratio=9x16&of=3", ""] {
            let told = ToldCallback(trust: .capability, query: CallbackQuery(query), body: body)
            #expect(provider(fake).externalId(told: told) == nil)
            // It waits for the reply to the dispatch, and nobody is asked.
            let early = await provider(fake).poll(RenderBench.reference("tsk_1"), told: told)
            #expect(early.word == "unreachable" && early.problem?.retryable == true)
        }
        #expect(fake.server.received.isEmpty)
    }

    @Test func `settings show no key`() {
        #expect(!"\(ShotstackSettings(key: Secret("k3y")))".contains("k3y"))
    }
}
