import Contracts
import Foundation
import Media
import MediaWorker
import Testing

/// Captions of many scripts as they come out of the renderer, in all ratios.
@Suite(.timeLimit(.minutes(5))) struct CaptionInkTests {
    private static let pageMs = 300
    /// Three words of each script; the boxes of missing glyphs would look alike.
    private static let scripts: [(name: String, words: [String])] = [
        ("Latin", ["M", "O", "Z"]), ("emoji", ["😀", "🎉", "🔥"]), ("Chinese", ["我", "国", "语"]),
        ("Japanese", ["あ", "ホ", "食"]), ("Hindi", ["क", "म", "ह"]), ("Arabic", ["م", "ع", "ظ"]),
    ]

    private static func short() -> Composition.Short {
        var short = SampleShort.short(imageSha256: nil)
        let words = scripts.flatMap(\.words)
        short.captions = words.enumerated().map { index, word in
            let range = (index * pageMs, (index + 1) * pageMs)
            return CaptionPage(
                startMs: range.0,
                endMs: range.1,
                words: [.init(text: word, startMs: range.0, endMs: range.1)]
            )
        }
        short.captionStyle.sizeShare = 0.12
        short.durationMs = words.count * pageMs
        for index in short.canvases.indices { short.canvases[index].shots[0].endMs = short.durationMs }
        return short
    }

    /// Where the middle picture of each page is bright.
    private static func ink(_ file: Data) throws -> [[Bool]] {
        let path = FileManager.default.temporaryDirectory.appending(path: "ink-\(UUID().uuidString).mp4")
        try file.write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        var pages: [[Bool]] = []
        try FrameSampler.sample(
            path: path.path(percentEncoded: false),
            fromMs: 0,
            toMs: 60_000,
            framesPerSecond: 30,
            width: 360
        ) { timeMs, picture in
            guard timeMs >= pages.count * pageMs + pageMs / 2 else { return true }
            var bright: [Bool] = []
            for line in 0..<picture.height {
                for column in 0..<picture.width {
                    let green = picture.bytes[line * picture.stride + column * 3 + 1]
                    bright.append(green > 120)
                }
            }
            pages.append(bright)
            return true
        }
        return pages
    }

    @Test func `captions of six scripts are drawn in all ratios, none as boxes`() async throws {
        let clip = try SampleMedia.darkVideo(seconds: 7)
        let engines = EmbeddedEngines.bare()
        try await WorkerHarness.run(handlers: engines.handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: Self.short()),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()
            #expect(report.state == .completed, "\(String(describing: report.error))")

            for ratio in AspectRatio.allCases {
                let name = "rendition/clip-01.\(ratio.slug).mp4"
                let pages = try Self.ink(try #require(worker.gateway.upload(name)))
                try #require(pages.count == Self.scripts.count * 3)
                for (index, script) in Self.scripts.enumerated() {
                    let own = pages[3 * index..<3 * index + 3].map(\.self)
                    for page in own { #expect(page.count(where: \.self) > 20, "\(script.name) \(ratio)") }
                    for (one, other) in [(own[0], own[1]), (own[1], own[2]), (own[0], own[2])] {
                        let different = zip(one, other).count { $0 != $1 }
                        let all = zip(one, other).count { $0 || $1 }
                        #expect(different * 3 > all, "\(script.name) \(ratio): \(different) of \(all)")
                    }
                }
            }
            let quality = try worker.uploaded(QualityReport.self, "qc/clip-01.json")
            #expect(quality.checks.first { $0.name == "captions" }?.passed == true)
        }
    }

    @Test func `words that no font has fail the render, a sign that none has fails its check`() async throws {
        let clip = try SampleMedia.darkVideo(seconds: 4)
        let handlers = EmbeddedEngines.bare().handlers
        try await WorkerHarness.run(handlers: handlers) { worker in
            func report(of word: String) async throws -> TaskReport {
                var short = SampleShort.short(imageSha256: nil)
                short.captions[0].words[0].text = word
                short.canvases.removeLast(2)
                let task = worker.task(
                    .render,
                    inputs: [("clip-media/clip-01.mp4", clip)],
                    parameters: .init(short: short),
                    seconds: 280
                )
                _ = try await worker.dispatch(task)
                return try await worker.nextReport()
            }
            let failed = try await report(of: "Hi\u{11F04}")
            #expect(failed.error?.slug == "render-failed" && failed.error?.retryable == false)
            #expect(failed.error?.detail.contains("U+11F04") == true)

            #expect(try await report(of: "Hi\u{378}").state == .completed)
            let quality = try worker.uploaded(QualityReport.self, "qc/clip-01.json")
            let check = try #require(quality.checks.first { $0.name == "captions" })
            #expect(!check.passed && check.detail.contains("U+378") && !quality.ready)
        }
    }
}
