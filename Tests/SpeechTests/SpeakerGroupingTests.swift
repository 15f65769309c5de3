import Testing

@testable import Speech

@Suite struct SpeakerGroupingTests {
    /// A voice near to one of some directions that are at right angles to each other.
    private func voice(_ speaker: Int, at startMs: Int, _ random: inout SeededGenerator) -> VoiceWindow {
        var vector = (0..<8).map { _ in Float.random(in: 0...0.15, using: &random) }
        vector[speaker] = 1
        return VoiceWindow(startMs: startMs, vector: vector)
    }

    /// Sentences of four seconds, each with four windows of the given speaker.
    private func conversation(
        _ speakers: [Int],
        seed: UInt64 = 1
    ) -> (sentences: [Range<Int>], voices: [VoiceWindow]) {
        var random = SeededGenerator(seed: seed)
        var voices: [VoiceWindow] = []
        for (index, speaker) in speakers.enumerated() {
            for step in 0..<4 { voices.append(voice(speaker, at: index * 4000 + step * 800, &random)) }
        }
        return (speakers.indices.map { ($0 * 4000)..<($0 * 4000 + 3900) }, voices)
    }

    @Test func `who speaks first is speaker 0, and each keeps the name`() {
        let (sentences, voices) = conversation([3, 3, 1, 3, 1, 1, 5, 5])

        let speakers = SpeakerGrouping().speakers(sentencesMs: sentences, voices: voices)

        #expect(speakers == [0, 0, 1, 0, 1, 1, 2, 2].map { "speaker-\($0)" })
    }

    @Test func `one voice is one speaker`() {
        let (sentences, voices) = conversation([2, 2, 2, 2, 2])

        #expect(Set(SpeakerGrouping().speakers(sentencesMs: sentences, voices: voices)) == ["speaker-0"])
    }

    @Test func `a few seconds of another sound are no speaker`() {
        let (sentences, voices) = conversation([2, 2, 4, 2, 2])

        #expect(Set(SpeakerGrouping().speakers(sentencesMs: sentences, voices: voices)) == ["speaker-0"])
    }

    @Test func `a sentence too short to tell belongs to who spoke before`() {
        var (sentences, voices) = conversation([0, 0, 1, 1])
        voices.removeAll { $0.startMs >= 12_000 }
        sentences[3] = 12_500..<12_900

        let grouping = SpeakerGrouping().speakers(sentencesMs: sentences, voices: voices)

        #expect(grouping == ["speaker-0", "speaker-0", nil, nil].map { $0 ?? grouping[2] })
    }

    @Test func `without voices nobody is named`() {
        #expect(SpeakerGrouping().speakers(sentencesMs: [0..<900, 1000..<5000], voices: []) == [nil, nil])
        #expect(SpeakerGrouping().speakers(sentencesMs: [], voices: []).isEmpty)
    }

    @Test func `a long conversation is grouped in short time`() {
        let order = (0..<600).map { $0 / 7 % 3 }
        let (sentences, voices) = conversation(order, seed: 4)

        let speakers = SpeakerGrouping().speakers(sentencesMs: sentences, voices: voices)

        #expect(speakers == order.map { "speaker-\($0)" })
    }
}
