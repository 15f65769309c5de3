import Contracts

/// Where a source may be cut without cutting a word.
struct WordCuts {
    private let words: [Transcript.Word]
    /// For each word the latest end of any word up to it: speakers may talk over each other.
    private let reach: [Int]

    init(_ words: [Transcript.Word]) {
        self.words = words
        var latest = 0
        reach = words.map { word in
            latest = max(latest, word.endMs)
            return latest
        }
    }

    /// The first word that a cut at `ms` would go through, and how far the words that it goes through reach.
    func through(_ ms: Int) -> (word: Transcript.Word, range: TimeRange)? {
        // Words that start at or behind the cut are whole.
        var index = firstIndex { words[$0].startMs >= ms }
        var found: (word: Transcript.Word, range: TimeRange)?
        while index > 0, reach[index - 1] > ms {
            index -= 1
            let word = words[index]
            guard word.endMs > ms else { continue }
            let end = max(word.endMs, found?.range.endMs ?? 0)
            found = (word, TimeRange(startMs: word.startMs, endMs: end))
        }
        return found
    }

    /// The nearest times before and behind a cut through a word at which no word is cut.
    func free(around ms: Int) -> (before: Int, behind: Int) {
        var (before, behind) = (ms, ms)
        while let cut = through(before) { before = cut.range.startMs }
        while let cut = through(behind) { behind = cut.range.endMs }
        return (before, behind)
    }

    /// The words of which anything lies within; nil when nobody speaks there.
    func words(in range: TimeRange) -> ClosedRange<Int>? {
        let last = firstIndex { words[$0].startMs >= range.endMs } - 1
        let first = firstIndex { reach[$0] > range.startMs }
        return first <= last ? first...last : nil
    }

    /// The first index for which `condition`, which holds for all behind one for which it does, is true.
    private func firstIndex(_ condition: (Int) -> Bool) -> Int {
        var (low, high) = (0, words.count)
        while low < high {
            let middle = (low + high) / 2
            if condition(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
