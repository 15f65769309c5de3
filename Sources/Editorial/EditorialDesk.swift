import Contracts

/// One request, read once: its sentences, its limits, and the choice among its windows.
struct EditorialDesk {
    struct Choice {
        var moments: [Candidate]
        var considered: Int
        var warnings: [Warning]
    }

    let request: EditorialRequest
    let sentences: [SentenceProfile]
    let energy: SourceEnergy
    let phrases: PhraseIndex
    /// The part of the source that is looked at.
    let allowed: TimeRange
    let durations: ClosedRange<Int>
    /// Scores windows of these durations.
    let scoring: MomentScoring
    /// How many moments are wanted.
    let target: Int

    init(_ request: EditorialRequest) {
        self.request = request
        let options = request.options
        let end = max(request.transcript.durationMs, request.transcript.words.last?.endMs ?? 0)
        let range = options.rangeMs ?? TimeRange(startMs: 0, endMs: end)
        allowed = TimeRange(startMs: max(0, range.startMs), endMs: min(end, range.endMs))
        let all = SentenceProfiler(request).profiles()
        sentences = all
        energy = SourceEnergy(request.segments.energy)
        phrases = PhraseIndex(request.transcript.words)
        let shortest = max(1, options.minDurationMs ?? DeterministicScorer.minDurationMsDefault)
        let longest = options.maxDurationMs ?? DeterministicScorer.maxDurationMsDefault
        durations = shortest...max(shortest, longest)
        scoring = MomentScoring(sentences: sentences, energy: energy, durations: durations)
        let inside = TimeRange(startMs: max(0, range.startMs), endMs: min(end, range.endMs))
        let speechMs = all.filter { $0.cut.overlaps(inside) }.reduce(0) { $0 + $1.cut.durationMs }
        let byLength = max(
            DeterministicScorer.momentsMin,
            (speechMs + DeterministicScorer.speechMsPerMoment / 2) / DeterministicScorer.speechMsPerMoment
        )
        target = max(
            1,
            min(options.targetCount ?? byLength, options.maxCount ?? DeterministicScorer.maxCountDefault)
        )
    }

    func choose() throws(Problem) -> Choice {
        var choice = choose(durations: durations, takesBackchannels: false)
        var warnings: [Warning] = []
        let enough = min(DeterministicScorer.momentsMin, target)
        if choice.moments.count < enough {
            for relaxed in relaxedDurations() {
                var second = choose(durations: relaxed, takesBackchannels: true)
                second.considered += choice.considered
                if second.moments.count > choice.moments.count {
                    choice = second
                    warnings = [relaxation(relaxed)]
                }
                if choice.moments.count >= enough { break }
            }
        }
        guard !choice.moments.isEmpty else { throw nothingFound(considered: choice.considered) }
        warnings += fewMoments(choice.moments.count).map { [$0] } ?? []
        choice.warnings = warnings
        return choice
    }

    /// Told where fewer moments were found than asked for, or than anybody would expect.
    func fewMoments(_ found: Int) -> Warning? {
        let enough = min(DeterministicScorer.momentsMin, target)
        let wished = min(request.options.targetCount ?? enough, target)
        guard found < wished else { return nil }
        return Warning(
            code: "few-moments",
            detail:
                "\(found) \(found == 1 ? "moment was" : "moments were") found where \(wished) were "
                + "wanted: the source is short, thin or repeats itself."
        )
    }

    func moment(_ candidate: Candidate, rank: Int, titles: inout TitleMaker) -> Plan.Moment {
        let window = sentences[candidate.first...candidate.last]
        let firstWord = sentences[candidate.first].firstWord
        let lastWord = sentences[candidate.last].lastWord
        return Plan.Moment(
            clip: "clip-\(rank < 10 ? "0" : "")\(rank)",
            rank: rank,
            title: titles.title(of: window.map(\.text), startMs: candidate.range.startMs),
            startMs: candidate.range.startMs,
            endMs: candidate.range.endMs,
            firstWord: firstWord,
            lastWord: lastWord,
            text: request.transcript.words[firstWord...lastWord].map(\.text).joined(separator: " "),
            score: candidate.score,
            subscores: candidate.subscores,
            reason: ReasonWriter.reason(candidate, window: Array(window))
        )
    }

    /// Tries shorter and shorter windows until as many as wanted fit beside each other.
    private func choose(durations: ClosedRange<Int>, takesBackchannels: Bool) -> Choice {
        let scoring =
            durations == self.durations
            ? scoring : MomentScoring(sentences: sentences, energy: energy, durations: durations)
        let candidates = CandidateWindows(
            scoring: scoring,
            allowed: allowed,
            excluded: request.options.excludeRangesMs ?? [],
            takesBackchannels: takesBackchannels
        )
        .all()
        let selection = MomentSelection(
            scoring: scoring,
            phrases: phrases,
            wanted: target,
            scoreMin: DeterministicScorer.scoreMin,
            allowed: allowed
        )
        var best: [Candidate] = []
        for share in [1.0, 0.75, 0.55, 0.4] {
            let longest = max(Int(Double(durations.upperBound) * share), durations.lowerBound * 4 / 3)
            let chosen = selection.choose(candidates.filter { $0.range.durationMs <= longest })
            if chosen.count > best.count { best = chosen }
            if best.count >= target { break }
        }
        return Choice(moments: best, considered: candidates.count, warnings: [])
    }

    private func relaxedDurations() -> [ClosedRange<Int>] {
        let floor = min(durations.lowerBound, DeterministicScorer.durationMsFloor)
        return [
            max(floor, durations.lowerBound / 2)...(durations.upperBound * 5 / 4),
            floor...(durations.upperBound * 2),
        ]
    }

    private func relaxation(_ relaxed: ClosedRange<Int>) -> Warning {
        Warning(
            code: "durations-relaxed",
            detail:
                "Too few whole sentences fit \(durations.lowerBound) to \(durations.upperBound) ms, so moments "
                + "of \(relaxed.lowerBound) to \(relaxed.upperBound) ms were taken too."
        )
    }

    private func nothingFound(considered: Int) -> Problem {
        let part = "\(allowed.startMs) to \(allowed.endMs) ms"
        let looked =
            "Looked for \(durations.lowerBound) to \(durations.upperBound) ms of whole sentences within \(part)"
        if sentences.isEmpty {
            return Problem(.noMoments, detail: "\(looked): the transcript has no sentences.")
        }
        return Problem(
            .noMoments,
            detail: considered == 0
                ? "\(looked), also a little shorter and longer: no run of sentences fits."
                : "\(looked): none of \(considered) windows reached a score of \(Int(DeterministicScorer.scoreMin))."
        )
    }
}
