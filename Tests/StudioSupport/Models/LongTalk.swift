package import Contracts

/// A talk of any length in which nothing is said twice.
package enum LongTalk {
    private static let syllables = [
        "ka", "lo", "mi", "re", "tu", "san", "ber", "dol", "fen", "gri", "hul", "jor", "pel", "qua", "vas",
        "wen",
    ]
    private static let speakers = ["speaker-0", "speaker-1"]

    /// Sentences of 8 to 16 words; about 13 of them are a minute.
    package static func transcript(sentences count: Int, seed: UInt64 = 1) -> Transcript {
        var random = SeededGenerator(seed: seed)
        let lines = (0..<count).map { index in
            let words = (0..<Int.random(in: 8...16, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                    syllables.randomElement(using: &random)
                }
                .joined()
            }
            let text = words.joined(separator: " ")
            let mark = index % 9 == 0 ? "?" : "."
            return (
                speaker: speakers[index / 20 % 2], text: text.prefix(1).uppercased() + text.dropFirst() + mark
            )
        }
        return TranscriptMaker.transcript(lines)
    }
}
