import Contracts

extension EditorialDesk {
    struct Judged {
        let candidate: Candidate
        let window: [SentenceProfile]
        let reason: String
    }

    /// Scores a part of the source that somebody else chose, by the sentences that it touches.
    func judge(_ range: TimeRange) -> Judged {
        let touched = sentences.indices.filter { sentences[$0].cut.overlaps(range) }
        guard let first = touched.first, let last = touched.last else {
            let none = Plan.Subscores(hook: 0, standalone: 0, value: 0, shareability: 0, energy: 0)
            return Judged(
                candidate: Candidate(first: 0, last: 0, range: range, subscores: none, score: 0),
                window: [],
                reason: "Asked for as it is; it has no whole sentence that could be scored."
            )
        }
        let pauses = touched.dropFirst().map { sentences[$0].pauseBeforeMs }
        let candidate = scoring.candidate(first, last, longestPauseMs: pauses.max() ?? 0)
        let window = Array(sentences[first...last])
        return Judged(
            candidate: candidate,
            window: window,
            reason: ReasonWriter.reason(candidate, window: window)
        )
    }
}
