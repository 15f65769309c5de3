package import Contracts

extension HostedDesk {
    /// The plan of a draft that has moments, ranked by their scores.
    package func plan(
        _ draft: HostedDraft,
        considered: Int,
        model: String,
        provenance: Plan.Provenance
    ) -> Plan {
        let rated = draft.chosen.map { (moment: $0, points: judged($0.sentences, $0.opinion)) }
            .sorted {
                ($1.points.score, $0.moment.sentences.lowerBound)
                    < ($0.points.score, $1.moment.sentences.lowerBound)
            }
        var titles = TitleMaker(language: request.transcript.language)
        var clips: [Int: String] = [:]
        var moments: [Plan.Moment] = []
        for (moment, points) in rated {
            let clip = FreeNames.name(moments.count + 1)
            guard
                var made = rules.moment(
                    sketch(of: moment, draft.wordings[moment.number]),
                    clip: clip,
                    rank: moments.count + 1,
                    titles: &titles
                )
            else { continue }
            made.score = points.score
            made.subscores = points.subscores
            clips[moment.number] = clip
            moments.append(made)
        }
        return Plan(
            model: model,
            candidatesConsidered: considered,
            moments: moments,
            warnings: (desk.fewMoments(moments.count).map { [$0] } ?? [])
                + Shortfall.warnings(draft.shortfalls, model: model, clips: clips),
            provenance: provenance
        )
    }

    /// The embedded scorer's plan, where a hosted model did nothing that could be used.
    package func ownPlan(
        why: String,
        model: String,
        provenance: Plan.Provenance
    ) async throws -> Plan {
        var plan = try await DeterministicScorer().plan(request)
        plan.warnings += Shortfall.warnings([Shortfall(place: .whole, why: why)], model: model, clips: [:])
        plan.provenance = provenance
        return plan
    }

    private func sketch(of moment: ChosenMoment, _ wording: MomentWording?) -> MomentSketch {
        var sketch = rules.sketch(moment.sentences)
        guard let wording else { return sketch }
        sketch.title = wording.title
        sketch.hook = wording.hook
        sketch.description = wording.description
        sketch.hashtags = wording.hashtags
        sketch.reason = wording.reason
        return sketch
    }
}
