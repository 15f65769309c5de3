import Contracts

/// Finds every run of whole sentences that is long enough, short enough and allowed.
struct CandidateWindows {
    let scoring: MomentScoring
    let allowed: TimeRange
    let excluded: [TimeRange]
    /// Whether a window may open on "Yeah." where nothing better is to be had.
    let takesBackchannels: Bool

    func all() -> [Candidate] {
        let sentences = scoring.sentences
        var candidates: [Candidate] = []
        for first in sentences.indices where takesBackchannels || !sentences[first].isBackchannel {
            var longestPauseMs = 0
            for last in first..<sentences.count {
                if last > first { longestPauseMs = max(longestPauseMs, sentences[last].pauseBeforeMs) }
                let range = TimeRange(startMs: sentences[first].cut.startMs, endMs: sentences[last].cut.endMs)
                if range.durationMs > scoring.durations.upperBound { break }
                if range.durationMs >= scoring.durations.lowerBound, isAllowed(range) {
                    candidates.append(scoring.candidate(first, last, longestPauseMs: longestPauseMs))
                }
            }
        }
        return candidates
    }

    private func isAllowed(_ range: TimeRange) -> Bool {
        range.startMs >= allowed.startMs && range.endMs <= allowed.endMs
            && !excluded.contains { $0.overlaps(range) }
    }
}
