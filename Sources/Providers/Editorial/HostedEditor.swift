package import Contracts
package import Editorial

/// Makes plans by a hosted language model; what the model does not do, the embedded scorer does, with a warning.
///
/// Every attempt asks anew: nothing of a conversation is kept, so a crash repeats it. What it has cost until then counts.
package struct HostedEditor: EditorialModel {
    private let model: any LanguageModel
    private let limits: HostedLimits
    private let pace: EditorPace

    package init(_ model: any LanguageModel, limits: HostedLimits = HostedLimits(), pace: EditorPace = .real)
    {
        self.model = model
        self.limits = limits
        self.pace = pace
    }

    package var identity: String {
        let place = model.place.map { "@\($0)" } ?? ""
        return "\(model.provider)/\(model.model)\(place)/\(PromptBook.version)"
    }

    private var name: String { "\(model.provider)/\(model.model)" }

    package func plan(_ request: EditorialRequest) async throws -> Plan {
        let desk = HostedDesk(request, limits: limits)
        let tokensBefore = try await request.allowance?.tokensBefore() ?? 0
        var session = EditorSession(
            model: model,
            limits: limits,
            pace: pace,
            allowance: request.allowance,
            waiting: request.waiting,
            tokensBefore: tokensBefore
        )
        var proposals: [MomentProposal] = []
        var shortfalls: [Shortfall] = []
        var answered = 0
        for part in desk.parts {
            let outcome = try await session.ask(desk.shortlistQuestion(part)) { desk.shortlist($0, of: part) }
            switch outcome {
            case .read(let reading):
                proposals += reading.values
                answered += 1
            case .failed(let why):
                proposals += desk.ownShortlist(part)
                shortfalls.append(Shortfall(place: .part(part.range), why: why))
            }
        }
        let chosen = desk.choose(proposals)
        guard answered > 0, !chosen.isEmpty else {
            let why =
                shortfalls.first?.why
                ?? (answered > 0 ? "it found no moment" : "no run of sentences is long enough to ask about")
            return try await desk.ownPlan(why: why, model: name, provenance: provenance(session, .whole))
        }
        var draft = HostedDraft(chosen, shortfalls: shortfalls)
        for group in desk.groups(chosen) {
            try await describe(group, in: &draft, desk, &session)
        }
        return desk.plan(
            draft,
            considered: proposals.count,
            model: name,
            provenance: provenance(session, draft.shortfalls.isEmpty ? .none : .part)
        )
    }

    private func describe(
        _ group: [ChosenMoment],
        in draft: inout HostedDraft,
        _ desk: HostedDesk,
        _ session: inout EditorSession
    ) async throws {
        let before = draft
        let outcome = try await session.ask(desk.detailsQuestion(group)) { answer in
            desk.details(answer, of: group, in: before)
        }
        switch outcome {
        case .read(let reading):
            for wording in reading.values { draft.take(wording) }
            let fault = reading.faults.first.map { "its answer was not usable: \($0.pointer) \($0.detail)" }
            draft.miss(group, why: fault ?? "it said nothing of it")
        case .failed(let why): draft.miss(group, why: why)
        }
    }

    private func provenance(_ session: EditorSession, _ fallback: Plan.Provenance.Fallback) -> Plan.Provenance
    {
        Plan.Provenance(
            provider: model.provider,
            model: model.model,
            promptVersion: PromptBook.version,
            tokens: session.ledger.tokens,
            requests: session.ledger.requests,
            fallback: fallback
        )
    }
}
