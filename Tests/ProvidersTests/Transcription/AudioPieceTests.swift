import Testing

@testable import Providers

/// The arithmetic of pieces: headers, plans, seams and punctuation.
@Suite struct AudioPieceTests {
    private func header(_ dataBytes: Int) throws -> WaveHeader {
        try WaveHeader(head: WaveHeader.make(dataBytes: dataBytes), fileBytes: Int64(44 + dataBytes))
    }

    private func word(_ text: String, _ startMs: Int, _ endMs: Int) -> HeardWord {
        HeardWord(text: text, startMs: startMs, endMs: endMs)
    }

    @Test func `a header says where the samples lie`() throws {
        let plain = try header(32_000)
        #expect(plain.dataStart == 44 && plain.dataBytes == 32_000 && plain.durationMs == 1_000)
        let made = WaveHeader.make(dataBytes: 32_000)
        let list = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        let other = made[..<36] + list + made[36...]
        let moved = try WaveHeader(head: Array(other), fileBytes: 44 + 12 + 32_000)
        #expect(moved.dataStart == 56 && moved.dataBytes == 32_000)
    }

    @Test func `a length that is not there counts for nothing`() throws {
        var head = WaveHeader.make(dataBytes: 0)
        head.replaceSubrange(40..<44, with: [0xff, 0xff, 0xff, 0xff])

        #expect(try WaveHeader(head: head, fileBytes: 44 + 101).dataBytes == 100)
        #expect(try WaveHeader(head: head, fileBytes: 44).dataBytes == 0)
        #expect(try WaveHeader(head: head, fileBytes: 10).dataBytes == 0)
    }

    @Test func `what is no wav file of speech is refused`() {
        let made = WaveHeader.make(dataBytes: 100)
        var cases: [[UInt8]] = [
            [], Array("RIFF".utf8), Array("fLaC".utf8) + [UInt8](repeating: 0, count: 100),
            Array(made.prefix(40)),
            Array(repeating: 0xff, count: 4_096),
            Array(made.prefix(36)) + [UInt8](repeating: 0, count: 4_096),
        ]
        // Two channels, another rate, another depth, another coding, and a chunk without end.
        for (index, value) in [(22, 2), (24, 0), (34, 8), (20, 85), (19, 0x7f)] {
            var head = made
            head[index] = UInt8(value)
            cases.append(head)
        }
        for head in cases {
            #expect(throws: AnswerFault.self) { try WaveHeader(head: head, fileBytes: 1_000) }
        }
    }

    @Test func `pieces overlap, fit, and cover all`() throws {
        let header = try header(WaveHeader.bytesPerMs * 100_000)
        let chunks = try ChunkPlan.chunks(
            header,
            chunkBytesMax: 1 << 20,
            chunkMsMax: 1_200_000,
            overlapMs: 4_000
        )

        #expect(chunks.map(\.startMs) == [0, 28_768, 57_536, 86_304])
        #expect(chunks.last?.endMs == 100_000)
        #expect(chunks.allSatisfy { $0.bytes.upperBound - $0.bytes.lowerBound <= 1 << 20 })
        for (left, right) in zip(chunks, chunks.dropFirst()) { #expect(left.endMs - right.startMs == 4_000) }
        for chunk in chunks { #expect(chunk.bytes.lowerBound == 44 + Int64(chunk.startMs * 32)) }
    }

    @Test func `two hours take a few pieces of 24 MB each`() throws {
        let header = try header(WaveHeader.bytesPerMs * 7_200_000)
        let chunks = try ChunkPlan.chunks(
            header,
            chunkBytesMax: 24_000_000,
            chunkMsMax: 1_200_000,
            overlapMs: 4_000
        )

        #expect(chunks.count == 10)
    }

    @Test func `audio of any length comes to its end`() throws {
        for milliseconds in [0, 1, 29, 30, 31, 59, 60, 61, 1_000] {
            let header = try header(WaveHeader.bytesPerMs * milliseconds)
            let chunks = try ChunkPlan.chunks(header, chunkBytesMax: 960, chunkMsMax: 1_000, overlapMs: 29)
            #expect(chunks.last?.endMs ?? 0 == milliseconds)
        }
        let long = try header(WaveHeader.bytesPerMs * 86_400_000)
        #expect(throws: AnswerFault.self) {
            try ChunkPlan.chunks(long, chunkBytesMax: 32_000, chunkMsMax: 1_000, overlapMs: 500)
        }
    }

    @Test func `what was heard twice is kept once`() {
        var joiner = SeamJoiner()
        joiner.add(
            [word("a", 0, 400), word("b", 6_100, 6_400), word("c", 7_700, 7_900)],
            startMs: 0,
            previousEndMs: nil
        )
        joiner.add(
            [word("b", 6_090, 6_400), word("c", 7_710, 8_000), word("d", 9_000, 9_200)],
            startMs: 6_000,
            previousEndMs: 8_000
        )

        #expect(joiner.words.map(\.text) == ["a", "b", "c", "d"])
        #expect(joiner.words.map(\.startMs) == [0, 6_100, 7_710, 9_000])
    }

    @Test func `a word that two pieces put on either side of the seam is kept once`() {
        var joiner = SeamJoiner()
        joiner.add([word("Seam,", 6_800, 7_100)], startMs: 0, previousEndMs: nil)
        joiner.add(
            [word("seam", 6_900, 7_200), word("end", 7_500, 7_600)],
            startMs: 6_000,
            previousEndMs: 8_000
        )
        #expect(joiner.words.map(\.text) == ["Seam,", "end"])

        var twice = SeamJoiner()
        twice.add([word("no", 6_000, 6_200)], startMs: 0, previousEndMs: nil)
        twice.add([word("no", 7_300, 7_500)], startMs: 6_000, previousEndMs: 8_000)
        #expect(twice.words.count == 2)
    }

    @Test func `where times are estimated, the same words tell where pieces meet`() {
        func spoken(_ text: String, from startMs: Int) -> [HeardWord] {
            text.split(separator: " ").enumerated().map {
                word(String($1), startMs + $0 * 100, startMs + $0 * 100 + 90)
            }
        }
        var joiner = SeamJoiner()
        joiner.add(spoken("so we went home and then the dog bar", from: 0), startMs: 0, previousEndMs: nil)
        joiner.add(
            spoken("ome And then, the dog barked at us", from: 500),
            startMs: 500,
            previousEndMs: 900,
            isTimed: false
        )
        #expect(
            joiner.words.map(\.text).joined(separator: " ") == "so we went home and then the dog barked at us"
        )

        var strange = SeamJoiner()
        strange.add(spoken("one two", from: 0), startMs: 0, previousEndMs: nil)
        strange.add(spoken("three four", from: 100), startMs: 100, previousEndMs: 200, isTimed: false)
        #expect(strange.words.map(\.text) == ["one", "two", "four"])
        strange.add([word("late", 5, 6)], startMs: 900, previousEndMs: nil)
        #expect(strange.inOrder.last == word("late", 200, 200))
    }

    @Test func `pieces without words, and without an overlap, are joined as they are`() {
        var joiner = SeamJoiner()
        joiner.add([], startMs: 0, previousEndMs: nil)
        joiner.add([], startMs: 6_000, previousEndMs: 8_000)
        joiner.add([word("a", 8_000, 8_100)], startMs: 8_000, previousEndMs: 8_000)
        #expect(joiner.words.map(\.text) == ["a"])
    }

    @Test func `words get their punctuation back from the text`() {
        var matcher = PunctuationMatcher(text: "“Well… I'll pay $5, twenty-five times!” he said.")
        let words = ["Well", "I'll", "pay", "5", "twenty", "five", "times", "he", "said", "more"]

        #expect(
            words.map { matcher.written($0) }
                == ["“Well…", "I'll", "pay", "$5,", "twenty", "five", "times!”", "he", "said.", "more"]
        )
    }

    @Test func `a text without the words changes none of them`() {
        var matcher = PunctuationMatcher(text: String(repeating: "other ", count: 50))
        #expect(["a", "b", "…", ""].map { matcher.written($0) } == ["a", "b", "…", ""])
    }

    @Test(arguments: [
        ("english", "en"), ("German", "de"), ("haitian creole", nil), ("en", "en"), ("", nil), (nil, nil),
    ])
    func `a language is read by its name too`(name: String?, tag: String?) {
        #expect(WhisperLanguages.tag(name) == tag)
    }
}
