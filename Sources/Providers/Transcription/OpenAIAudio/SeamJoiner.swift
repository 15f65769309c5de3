/// Puts the words of pieces that overlap into one row: what was heard twice is kept once.
struct SeamJoiner {
    /// So near a word of two pieces is the same word.
    static let sameWordMs = 400
    /// So many words to either side are compared, and so many have to be the same.
    static let comparedMax = 24
    static let runMin = 2
    private(set) var words: [HeardWord] = []

    /// Adds a piece's words, in the time of the whole; the piece before ends at `previousEndMs`.
    ///
    /// Where times are only estimated, the same words tell where the pieces meet.
    mutating func add(_ piece: [HeardWord], startMs: Int, previousEndMs: Int?, isTimed: Bool = true) {
        guard let previousEndMs, previousEndMs > startMs else {
            words += piece
            return
        }
        if !isTimed, let run = longestRun(piece) {
            words.removeLast(words.count - run.left)
            words += piece[run.right...]
            return
        }
        // Each piece hears its middle better than its ends.
        let seam = (startMs + previousEndMs) / 2
        while let last = words.last, Self.middle(last) >= seam { words.removeLast() }
        var rest = piece.drop { Self.middle($0) < seam }
        if let last = words.last, let first = rest.first, Self.isSame(last, first) { rest = rest.dropFirst() }
        words += rest
    }

    /// The words, none of which begins before the one in front of it.
    var inOrder: [HeardWord] {
        var clock = 0
        return words.map { word in
            var word = word
            word.startMs = max(word.startMs, clock)
            word.endMs = max(word.endMs, word.startMs)
            clock = word.startMs
            return word
        }
    }

    /// Where the longest row of same words ends that the last words here and the first of the piece have in common.
    private func longestRun(_ piece: [HeardWord]) -> (left: Int, right: Int)? {
        let first = max(0, words.count - Self.comparedMax)
        let left = words[first...].map { WordForm.plain($0.text) }
        let right = piece.prefix(Self.comparedMax).map { WordForm.plain($0.text) }
        var best: (length: Int, left: Int, right: Int) = (Self.runMin - 1, 0, 0)
        for start in left.indices {
            for other in right.indices {
                var length = 0
                while start + length < left.count, other + length < right.count,
                    !left[start + length].isEmpty, left[start + length] == right[other + length]
                {
                    length += 1
                }
                if length > best.length { best = (length, first + start + length, other + length) }
            }
        }
        return best.length < Self.runMin ? nil : (best.left, best.right)
    }

    private static func middle(_ word: HeardWord) -> Int { (word.startMs + word.endMs) / 2 }

    private static func isSame(_ left: HeardWord, _ right: HeardWord) -> Bool {
        let (a, b) = (WordForm.plain(left.text), WordForm.plain(right.text))
        return !a.isEmpty && a == b && abs(right.startMs - left.startMs) <= sameWordMs
    }
}

/// Words as they are compared: their letters and digits only.
enum WordForm {
    static func plain(_ text: some StringProtocol) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
