import Contracts
import Testing

@testable import Styles

@Suite struct CaptionFileTests {
    /// Words of 250 ms, each 300 ms behind the one before.
    private func short(_ text: String, enabled: Bool = true) throws -> Composition.Short {
        var style = try BuiltInStyle.standard().document
        style.captions.enabled = enabled
        return try StyleFixtures.composition(text: text, style: style).shorts[0]
    }

    private func cues(_ text: String) throws -> [CaptionCue] {
        let short = try short(text)
        return CaptionCues(durationMs: short.durationMs).cues(short.captions)
    }

    @Test func `a file has a cue for each phrase, in the form of its kind`() throws {
        let short = try short("Count every loaf. Then bake it, and never before!")

        #expect(
            CaptionFile.srt.text(of: short) == """
                1
                00:00:00,200 --> 00:00:01,400
                Count every loaf.

                2
                00:00:01,850 --> 00:00:03,800
                Then bake it, and never before!

                """
        )
        #expect(
            CaptionFile.vtt.text(of: short) == """
                WEBVTT

                00:00:00.200 --> 00:00:01.400
                Count every loaf.

                00:00:01.850 --> 00:00:03.800
                Then bake it, and never before!

                """
        )
    }

    @Test func `a short without captions has no files`() throws {
        let short = try short("Count every loaf.", enabled: false)

        #expect(CaptionFile.allCases.compactMap { $0.text(of: short) } == [])
    }

    @Test func `nothing that is said can break a file or be taken for markup`() throws {
        let short = try short("1 <b>x</b> & --> 00:00 {\\an8} \u{7}bell\u{202E}")
        let srt = try #require(CaptionFile.srt.text(of: short))
        let vtt = try #require(CaptionFile.vtt.text(of: short))

        #expect(srt.matches(of: /-->/).count == srt.matches(of: /\d --> \d/).count)
        #expect(vtt.matches(of: /-->/).count == vtt.matches(of: /\d --> \d/).count)
        #expect(vtt.contains("&lt;b&gt;x&lt;/b&gt;&amp; --&gt;") && srt.contains("<b>x</b>& ->"))
        #expect(!srt.contains("\u{7}") && !srt.contains("\n\n\n"))
    }

    @Test func `long sentences are cut between words into cues of two lines`() throws {
        let sentence = (1...60).map { "word\($0)" }.joined(separator: " ") + "."

        let cues = try cues(sentence)

        #expect(cues.count >= 5)
        let shown = cues.flatMap(\.lines).joined(separator: " ")
        #expect(shown == sentence)
        for cue in cues {
            #expect((1...2).contains(cue.lines.count) && cue.endMs > cue.startMs)
            #expect(cue.lines.allSatisfy { $0.count <= CaptionCues.lettersPerLineMax })
            #expect(cue.endMs - cue.startMs <= CaptionCues.durationMsMax + 1_000)
        }
        #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.endMs <= $1.startMs })
    }

    @Test func `a word that flashes by goes with what follows`() throws {
        let cues = try cues("Yes, no wait. And so on we go with it")

        #expect(cues.map(\.lines) == [["Yes, no wait."], ["And so on we go with it"]])
        #expect(cues.allSatisfy { $0.endMs - $0.startMs >= 900 })
    }

    @Test func `Chinese has no spaces, is cut between characters, and Arabic stays as it is said`() throws {
        let chinese = "我们今天要讲的是如何把一个很长的视频变成许多短片并且让每一个短片都有自己的标题和字幕。"
        let arabic = "احسب كل رغيف قبل أن تخبزه."

        let cues = try cues(chinese)

        #expect(cues.flatMap(\.lines).joined() == chinese)
        #expect(cues.allSatisfy { $0.lines.count <= 2 })
        #expect(try self.cues(arabic).flatMap(\.lines) == [arabic])
    }

    @Test func `cues lie in the time of a tightened short`() throws {
        var short = try short("Count every single loaf. Then bake it!")
        short.durationMs = 2_500
        short.captions = Composer.captions(
            short.captions,
            in: KeptTime([TimeRange(startMs: 0, endMs: 1_500), TimeRange(startMs: 2_050, endMs: 3_050)])
        )

        let cues = CaptionCues(durationMs: short.durationMs).cues(short.captions)

        #expect(cues.map(\.startMs) == [200, 1_600] && cues.last?.endMs == 2_500)
    }
}
