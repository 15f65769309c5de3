/// Cuts a long transcript into windows that fit into a question.
///
/// Neighbours share sentences, so that a moment which lies across a border is whole in one of them.
struct TranscriptWindows {
    /// Of a window, what may be shared with the one before it.
    static let sharedPart = 3

    /// Tokens of each sentence's line.
    let tokens: [Int]
    /// Start and end of each sentence.
    let times: [(startMs: Int, endMs: Int)]
    let tokensMax: Int
    /// As long as the longest moment.
    let sharedMs: Int

    /// Ranges of sentences; together they hold all, each at least one that the one before it lacks.
    func all() -> [Range<Int>] {
        var windows: [Range<Int>] = []
        var start = 0
        while windows.last?.upperBound != tokens.count, start < tokens.count {
            let end = end(of: start)
            windows.append(start..<end)
            start = shared(before: end, after: start)
        }
        return windows
    }

    /// A sentence that is larger than a window has one of its own.
    private func end(of start: Int) -> Int {
        var end = start + 1
        var sum = tokens[start]
        while end < tokens.count, sum + tokens[end] <= tokensMax {
            sum += tokens[end]
            end += 1
        }
        return end
    }

    private func shared(before end: Int, after start: Int) -> Int {
        guard end < tokens.count else { return end }
        var first = end
        var sum = 0
        // The sentence behind the border must fit beside what is shared, or the window would bring nothing new.
        let sharedMax = min(tokensMax / Self.sharedPart, tokensMax - tokens[end])
        while first > start + 1, times[end].startMs - times[first - 1].startMs <= sharedMs,
            sum + tokens[first - 1] <= sharedMax
        {
            first -= 1
            sum += tokens[first]
        }
        return first
    }
}
