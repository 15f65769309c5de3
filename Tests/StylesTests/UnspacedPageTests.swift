import Contracts
import Styles
import Testing

/// Caption pages of scripts without spaces, and of those that end sentences in their own way.
@Suite struct UnspacedPageTests {
    private func pages(_ words: [String], lastsMs: Int = 200) throws -> [[String]] {
        var transcript = StyleFixtures.transcript(of: words.map { _ in "word" }.joined(separator: " "))
        for (index, word) in words.enumerated() {
            transcript.words[index].text = word
            transcript.words[index].startMs = 10_000 + index * lastsMs
            transcript.words[index].endMs = 10_000 + (index + 1) * lastsMs
        }
        let moment = StyleFixtures.moment(of: transcript)
        return try StyleFixtures.bundle(of: moment, transcript: transcript).captions.map {
            $0.words.map(\.text)
        }
    }

    @Test func `characters that a recogniser gives one by one make pages of readable length`() throws {
        let text = "大多数店主从来不算一个面包的成本。你要付面粉的钱，你要付房租，还忘了日出前的四个小时。"
        let pages = try self.pages(text.map(String.init))

        #expect(pages.joined().joined() == text)
        #expect(pages.allSatisfy { (3...10).contains($0.joined().count) }, "\(pages)")
        #expect(pages.allSatisfy { !"。，".contains($0.joined().first ?? "。") })
    }

    @Test func `a phrase that a recogniser gives as one word is cut, each part with its time`() throws {
        let word = "大多数店主从来不算一个面包的成本"
        let transcript = StyleFixtures.transcript(of: "one two")
        var phrase = transcript
        phrase.words[0].text = word
        phrase.words[0].endMs = phrase.words[0].startMs + 240
        let captions = try StyleFixtures.bundle(
            of: StyleFixtures.moment(of: phrase),
            transcript: phrase
        ).captions

        let parts = captions.flatMap(\.words).dropLast()
        #expect(parts.map(\.text).joined() == word && parts.allSatisfy { (4...7).contains($0.text.count) })
        #expect(parts.first?.startMs == 200 && parts.last?.endMs == 440)
        #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.endMs == $1.startMs })
    }

    @Test func `opening punctuation stands with the word after it, closing with the one before`() throws {
        let pages = try self.pages(["他", "说", "「", "好", "」", "。"])

        #expect(Array(pages.joined()) == ["他", "说", "「好」。"])
    }

    @Test func `sentences of other scripts end a page`() throws {
        #expect(try pages(["यह", "अच्छा", "है।", "और", "यह", "भी।"]).count == 2)
        #expect(try pages(["هل", "أنت", "هنا؟", "نعم", "أنا", "هنا."]).count == 2)
    }
}
