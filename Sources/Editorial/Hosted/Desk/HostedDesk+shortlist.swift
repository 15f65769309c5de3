import Contracts

extension HostedDesk {
    /// Asks for the moments of one part.
    package func shortlistQuestion(_ part: Part) -> ModelQuestion {
        let task = PromptBook.fill(
            PromptBook.shortlist,
            ["count": "\(part.wanted)"].merging(durations) { first, _ in first }
        )
        let wishes = (request.options.keywords ?? []).map {
            Fence.clean($0, charactersMax: Self.wishCharactersMax)
        }
        let blocks =
            (wishes.isEmpty ? [] : [Fence.block("wishes", wishes)])
            + [Fence.block("transcript", sheet.lines(part.sentences))]
        return question(task, blocks, .shortlist)
    }

    /// Reads a shortlist; moments that break the rules are left out.
    package func shortlist(_ answer: String, of part: Part) -> AnswerReading<MomentProposal> {
        let elements: [JSONTree]
        switch AnswerReader.moments(of: answer, countMax: SketchRules.countMax) {
        case .failure(let fault): return AnswerReading(faults: [fault])
        case .success(let found): elements = found
        }
        let shown = Set(part.sentences)
        var reading = AnswerReading<MomentProposal>()
        for (index, element) in elements.enumerated() {
            var reader = AnswerReader(
                element,
                at: "/moments/\(index)",
                knows: Self.placeMembers.union(AnswerShape.scores)
            )
            let sentences = sentences(&reader, shown: shown)
            let opinion = opinion(&reader)
            reading.faults += reader.faults
            if let sentences, let opinion, reader.faults.isEmpty {
                reading.values.append(MomentProposal(sentences: sentences, opinion: opinion))
            }
        }
        return reading
    }

    /// The moments of a part as the embedded scorer sees them.
    package func ownShortlist(_ part: Part) -> [MomentProposal] {
        let shown = Set(part.sentences)
        let candidates = CandidateWindows(
            scoring: desk.scoring,
            allowed: part.range,
            excluded: request.options.excludeRangesMs ?? [],
            takesBackchannels: false
        )
        .all().filter { shown.contains($0.first) && shown.contains($0.last) }
        let chosen = selection(wanted: part.wanted).choose(candidates)
        return chosen.map { MomentProposal(sentences: $0.first...$0.last, opinion: nil) }
    }

    /// The best proposals that do not lie over each other, do not repeat each other and are spread out.
    package func choose(_ proposals: [MomentProposal]) -> [ChosenMoment] {
        var opinions: [ClosedRange<Int>: MomentProposal.Opinion?] = [:]
        let candidates = proposals.map { proposal in
            let judged = judged(proposal.sentences, proposal.opinion)
            opinions[proposal.sentences] = proposal.opinion
            return Candidate(
                first: proposal.sentences.lowerBound,
                last: proposal.sentences.upperBound,
                range: rules.range(proposal.sentences),
                subscores: judged.subscores,
                score: judged.score
            )
        }
        let chosen = selection(wanted: desk.target).choose(candidates)
        return chosen.enumerated().map { index, candidate in
            let sentences = candidate.first...candidate.last
            return ChosenMoment(number: index + 1, sentences: sentences, opinion: opinions[sentences] ?? nil)
        }
    }

    /// Points of a moment, on the scale of the embedded scorer whoever gave them.
    func judged(
        _ sentences: ClosedRange<Int>,
        _ opinion: MomentProposal.Opinion?
    ) -> (subscores: Plan.Subscores, score: Double) {
        let own = desk.judge(rules.range(sentences)).candidate
        guard let opinion else { return (own.subscores, own.score) }
        let subscores = Plan.Subscores(
            hook: Double(opinion.hook),
            standalone: Double(opinion.standalone),
            value: Double(opinion.value),
            shareability: Double(opinion.shareability),
            energy: own.subscores.energy
        )
        let keywords = desk.sentences[sentences].reduce(0) { $0 + $1.tally.keywords }
        return (subscores, MomentScoring.score(subscores, keywords: keywords))
    }

    private func selection(wanted: Int) -> MomentSelection {
        MomentSelection(
            scoring: desk.scoring,
            phrases: desk.phrases,
            wanted: wanted,
            scoreMin: DeterministicScorer.scoreMin,
            allowed: desk.allowed
        )
    }

    /// The sentences of a moment, nil with faults where they will not do.
    func sentences(_ reader: inout AnswerReader, shown: Set<Int>) -> ClosedRange<Int>? {
        let all = 0...max(0, desk.sentences.count - 1)
        let first = reader.integer("first_sentence", in: all)
        let last = reader.integer("last_sentence", in: all)
        guard let first, let last else { return nil }
        guard first <= last else {
            reader.note("last_sentence", "must not lie before first_sentence")
            return nil
        }
        let faults = rules.faults(of: first...last, shown: shown, at: reader.pointer)
        reader.note(faults)
        return faults.isEmpty ? first...last : nil
    }

    private func opinion(_ reader: inout AnswerReader) -> MomentProposal.Opinion? {
        let points = AnswerShape.scores.map { reader.integer($0, in: 0...100) }.compactMap(\.self)
        guard points.count == AnswerShape.scores.count else { return nil }
        return MomentProposal.Opinion(
            hook: points[0],
            standalone: points[1],
            value: points[2],
            shareability: points[3]
        )
    }

    func question(_ task: String, _ blocks: [String], _ shape: AnswerShape) -> ModelQuestion {
        ModelQuestion(
            instructions: PromptBook.system,
            material: ([task] + blocks).joined(separator: "\n"),
            shape: shape,
            answerTokensMax: limits.answerTokensMax
        )
    }

    var durations: [String: String] {
        [
            "min_seconds": SentenceRules.seconds(desk.durations.lowerBound),
            "max_seconds": SentenceRules.seconds(desk.durations.upperBound),
        ]
    }

    static let placeMembers: Set<String> = ["first_sentence", "last_sentence"]
    private static let wishCharactersMax = 100
}
