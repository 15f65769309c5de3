import Contracts

/// Which of two transcripts of one source is the better, as far as that can be told without the truth.
///
/// Pure. Measured in the order of what harms shorts most: words that are missing, words that are doubtful, speakers
/// that are not told apart, sentences that cannot be found.
struct TranscriptQuality: Sendable, Hashable {
    /// A transcript with a smaller share of the other's words has missed speech.
    static let fullShare = 0.85
    static let confidenceStep = 0.02
    static let punctuationStep = 0.02

    let words: Int
    /// Mean over the words; nil where the provider gave none.
    let confidence: Double?
    let speakers: Int
    /// Share of the words that end a sentence or a clause.
    let punctuation: Double

    init(_ transcript: Transcript) {
        words = transcript.words.count
        let told = transcript.words.map(\.confidence)
        confidence = told.allSatisfy { $0 == 1 } ? nil : told.reduce(0, +) / Double(max(told.count, 1))
        speakers = Set(transcript.words.compactMap(\.speaker)).count
        let marked = transcript.words.count { $0.text.last.map(Self.marks.contains) ?? false }
        punctuation = Double(marked) / Double(max(words, 1))
    }

    private static let marks: Set<Character> = [".", ",", "?", "!", "…", ";", ":", "。", "、", "？", "！"]

    enum Verdict: Sendable, Hashable {
        case first(reason: String)
        case second(reason: String)
        /// Nothing tells them apart.
        case even
    }

    static func compare(_ first: TranscriptQuality, _ second: TranscriptQuality) -> Verdict {
        if Double(second.words) < Double(first.words) * fullShare {
            return .first(reason: "it has \(first.words) words, the other \(second.words)")
        }
        if Double(first.words) < Double(second.words) * fullShare {
            return .second(reason: "it has \(second.words) words, the other \(first.words)")
        }
        if let one = first.confidence, let other = second.confidence, abs(one - other) >= confidenceStep {
            let (higher, lower) = (percent(max(one, other)), percent(min(one, other)))
            let reason = "its words are \(higher) sure, the other's \(lower)"
            return one > other ? .first(reason: reason) : .second(reason: reason)
        }
        if (first.speakers == 0) != (second.speakers == 0) {
            let reason = "only it tells speakers apart"
            return first.speakers > 0 ? .first(reason: reason) : .second(reason: reason)
        }
        if abs(first.punctuation - second.punctuation) >= punctuationStep {
            let reason = "more of its words end a sentence or a clause"
            return first.punctuation > second.punctuation
                ? .first(reason: reason) : .second(reason: reason)
        }
        return .even
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
