import Contracts

/// Finds where a talk turns to something else: the words change, and there is a pause.
struct TopicFinder {
    /// Sentences that are compared on both sides.
    private static let windowSentences = 8
    private static let apartMsMin = 45_000
    /// A pause of this length counts fully.
    private static let pauseMsMax = 3_000
    private static let pauseWeight = 0.4
    private static let letterCountMin = 4
    /// How far over the mean a place must stand out, in standard deviations.
    private static let deviationsMin = 0.75

    /// Starts of topics in order of time; the first sentence always is one.
    func starts(of transcript: Transcript) -> [Int] {
        let sentences = transcript.sentences
        guard let first = sentences.first else { return [] }
        let counts = sentences.map(wordCounts)
        let scores = sentences.indices.dropFirst().map { index in
            (index: index, score: score(at: index, sentences, counts))
        }
        guard !scores.isEmpty else { return [first.startMs] }
        let mean = scores.reduce(0) { $0 + $1.score } / Double(scores.count)
        let variance = scores.reduce(0) { $0 + ($1.score - mean) * ($1.score - mean) } / Double(scores.count)
        let scoreMin = mean + Self.deviationsMin * variance.squareRoot()
        var chosen = [first.startMs]
        for candidate in scores.sorted(by: { ($1.score, $0.index) < ($0.score, $1.index) }) {
            guard candidate.score > scoreMin else { break }
            let startMs = sentences[candidate.index].startMs
            if chosen.allSatisfy({ abs($0 - startMs) >= Self.apartMsMin }) { chosen.append(startMs) }
        }
        return chosen.sorted()
    }

    private func score(
        at index: Int,
        _ sentences: [Transcript.Sentence],
        _ counts: [[String: Int]]
    ) -> Double {
        let before = counts[max(0, index - Self.windowSentences)..<index]
        let after = counts[index..<min(counts.count, index + Self.windowSentences)]
        let pauseMs = sentences[index].startMs - sentences[index - 1].endMs
        let pause = Double(min(max(0, pauseMs), Self.pauseMsMax)) / Double(Self.pauseMsMax)
        return 1 - similarity(sum(before), sum(after)) + Self.pauseWeight * pause
    }

    /// Short words are left out: they are the same in every topic.
    private func wordCounts(_ sentence: Transcript.Sentence) -> [String: Int] {
        var counts: [String: Int] = [:]
        for word in sentence.text.lowercased().split(whereSeparator: { !$0.isLetter })
        where word.count >= Self.letterCountMin {
            counts[String(word), default: 0] += 1
        }
        return counts
    }

    private func sum(_ counts: ArraySlice<[String: Int]>) -> [String: Int] {
        counts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }

    /// The cosine of the angle between two word counts.
    private func similarity(_ left: [String: Int], _ right: [String: Int]) -> Double {
        func squares(_ counts: [String: Int]) -> Double { counts.values.reduce(0) { $0 + Double($1 * $1) } }
        let lengths = (squares(left) * squares(right)).squareRoot()
        guard lengths > 0 else { return 0 }
        return left.reduce(0) { $0 + Double($1.value * (right[$1.key] ?? 0)) } / lengths
    }
}
