import Contracts

/// Picks the best candidates that don't overlap, don't repeat each other and don't crowd one part of the source.
struct MomentSelection {
    /// A candidate that shares this much of its phrases with what is chosen already says the same again.
    static let repeatShareMax = 0.25
    /// Or one that says so many words again in a row: a viewer of both hears it.
    static let repeatWordsMin = 7
    static let parts = 3
    /// Of the wanted moments, what one third of the source may take before the others had their chance.
    static let partShareMax = 0.45

    let scoring: MomentScoring
    let phrases: PhraseIndex
    let wanted: Int
    let scoreMin: Double
    let allowed: TimeRange

    func choose(_ candidates: [Candidate]) -> [Candidate] {
        let ranked = candidates.filter { $0.score >= scoreMin }.sorted {
            ($1.score, $0.range.startMs, $0.range.endMs) < ($0.score, $1.range.startMs, $1.range.endMs)
        }
        var chosen: [Candidate] = []
        var said = [Bool](repeating: false, count: phrases.count)
        var perPart = [Int](repeating: 0, count: Self.parts)
        let quota = max(1, Int((Double(wanted) * Self.partShareMax).rounded(.up)))
        for isSpread in [true, false] {
            for candidate in ranked {
                guard chosen.count < wanted else { break }
                let part = part(of: candidate)
                if isSpread && perPart[part] >= quota { continue }
                guard !chosen.contains(where: { $0.range.overlaps(candidate.range) }) else { continue }
                let own = phrases(of: candidate)
                if repeats(own, said) { continue }
                chosen.append(candidate)
                for phrase in own { said[phrase] = true }
                perPart[part] += 1
            }
        }
        return chosen.sorted { ($1.score, $0.range.startMs) < ($0.score, $1.range.startMs) }
    }

    private func repeats(_ own: ArraySlice<Int>, _ said: [Bool]) -> Bool {
        var (repeated, inRow, longestRow) = (0, 0, 0)
        for phrase in own {
            inRow = said[phrase] ? inRow + 1 : 0
            repeated += said[phrase] ? 1 : 0
            longestRow = max(longestRow, inRow)
        }
        return Double(repeated) > Self.repeatShareMax * Double(own.count)
            || longestRow > Self.repeatWordsMin - PhraseIndex.phraseWords
    }

    private func phrases(of candidate: Candidate) -> ArraySlice<Int> {
        let sentences = scoring.sentences
        return phrases.phrases(
            firstWord: sentences[candidate.first].firstWord,
            lastWord: sentences[candidate.last].lastWord
        )
    }

    private func part(of candidate: Candidate) -> Int {
        let middle = (candidate.range.startMs + candidate.range.endMs) / 2 - allowed.startMs
        return min(max(middle * Self.parts / max(1, allowed.durationMs), 0), Self.parts - 1)
    }
}
