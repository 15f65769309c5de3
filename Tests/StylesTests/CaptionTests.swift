import Contracts
import Styles
import Testing

@Suite struct CaptionTests {
    @Test func `pages hold every word once, three or four at a time, broken at punctuation`() throws {
        let bundle = try StyleFixtures.bundle()

        let pages = bundle.captions.map { $0.words.map(\.text).joined(separator: " ") }

        #expect(pages.joined(separator: " ") == StyleFixtures.line)
        #expect(bundle.captions.allSatisfy { (2...4).contains($0.words.count) })
        for page in bundle.captions {
            #expect(page.words.dropLast().allSatisfy { !$0.text.hasSuffix(".") && !$0.text.hasSuffix(",") })
        }
    }

    @Test func `pages hold to the next one over short gaps and leave after long ones`() throws {
        let transcript = StyleFixtures.transcript(of: "One two three. Four five six.")
        var late = transcript
        for index in 3..<6 {
            late.words[index].startMs += 4_000
            late.words[index].endMs += 4_000
        }

        let close = try StyleFixtures.bundle(of: StyleFixtures.moment(of: transcript), transcript: transcript)
        let apart = try StyleFixtures.bundle(of: StyleFixtures.moment(of: late), transcript: late)

        #expect(close.captions[0].endMs - close.captions[0].words[2].endMs == 350)
        #expect(apart.captions[0].endMs - apart.captions[0].words[2].endMs == 350)
        #expect(close.captions[1].startMs >= close.captions[0].endMs)
        let flowing = try StyleFixtures.bundle().captions
        #expect(flowing[0].endMs == flowing[1].startMs)
    }

    @Test func `word times are clip time and lie within the clip`() throws {
        let moment = StyleFixtures.moment()

        let bundle = try StyleFixtures.bundle(of: moment)

        let words = bundle.captions.flatMap(\.words)
        #expect(words.first?.startMs == 200)
        #expect(words.allSatisfy { $0.startMs < $0.endMs && $0.endMs <= moment.endMs - moment.startMs })
        #expect(words.contains { $0.emphasised })
        #expect(bundle.captions.allSatisfy { $0.endMs <= moment.endMs - moment.startMs })
    }

    @Test func `a clip whose words are missing fails and is named`() throws {
        var moment = StyleFixtures.moment()
        moment.lastWord = 900

        let problem = try #require(throws: Problem.self) {
            try EnhancementBuilder.build(
                moment: moment,
                transcript: StyleFixtures.transcript,
                intent: .init(clip: "clip-01", hookTitle: nil, emphasisWords: []),
                style: BuiltInStyle.standard().document,
                pin: StyleFixtures.pin
            )
        }

        #expect(problem.slug == "artifact-invalid")
        #expect(problem.detail.contains("clip-01"))
    }

    @Test func `words outside of the clip fail`() throws {
        var moment = StyleFixtures.moment()
        moment.endMs = moment.startMs + 1_000

        let problem = try #require(throws: Problem.self) { try StyleFixtures.bundle(of: moment) }

        #expect(problem.slug == "artifact-invalid")
    }

    @Test func `a lone dash stands with the word before it`() throws {
        let transcript = StyleFixtures.transcript(of: "Bread — not cake — sells.")

        let bundle = try StyleFixtures.bundle(
            of: StyleFixtures.moment(of: transcript),
            transcript: transcript
        )

        #expect(bundle.captions.flatMap(\.words).map(\.text) == ["Bread—", "not", "cake—", "sells."])
    }
}
