import Contracts
import StudioSupport
import Testing

@testable import Editorial

@Suite struct HostedPlanTests {
    private typealias Material = HostedMaterial
    private static let provenance = Plan.Provenance(
        provider: "anthropic",
        model: "test",
        promptVersion: PromptBook.version,
        tokens: Plan.Provenance.Tokens(input: 1, output: 1, estimated: 0),
        requests: 1,
        fallback: .none
    )

    private func plan(_ desk: HostedDesk, _ draft: HostedDraft) -> Plan {
        desk.plan(draft, considered: 9, model: "anthropic/test", provenance: Self.provenance)
    }

    @Test func `a plan has the model's choice, order and words, on the scale of the embedded scorer`() {
        let desk = Material.desk()
        var draft = HostedDraft(Material.chosen(desk, [Material.bakeries, Material.flour, Material.starter]))
        let answer = Material.details([
            Material.wording(1, Material.bakeries),
            Material.wording(2, Material.flour, title: "What happened in Marseille?"),
            Material.wording(3, Material.starter, title: "Feed it like a cat"),
        ])
        for wording in desk.details(answer, of: draft.chosen, in: draft).values { draft.take(wording) }

        let plan = plan(desk, draft)

        #expect(
            plan.moments.map(\.title) == [
                "Why most bakeries fail", "What happened in Marseille?", "Feed it like a cat",
            ]
        )
        #expect(plan.moments.map(\.clip) == ["clip-01", "clip-02", "clip-03"])
        #expect(plan.moments.map(\.rank) == [1, 2, 3])
        #expect(plan.warnings == [] && plan.model == "anthropic/test" && plan.provenance == Self.provenance)
        let first = plan.moments[0]
        #expect(first.subscores.hook == 95 && first.subscores.value == 95 && first.subscores.energy != 95)
        #expect(first.hook == "Why nobody told you" && first.hashtags == ["baking"])
        #expect(first.text.hasPrefix("Why do most bakeries") && first.text.hasSuffix("before you bake it."))
        #expect(
            SketchRules.faults(
                of: plan.moments.map { MomentSketch(pointer: $0.clip, startMs: $0.startMs, endMs: $0.endMs) },
                sourceEndMs: SampleTalk.transcript.durationMs
            ) == []
        )
    }

    @Test func `what the model left out is the embedded scorer's, and told`() {
        let desk = Material.desk()
        let range = TimeRange(startMs: 0, endMs: 61_000)
        let next = TimeRange(startMs: 50_000, endMs: 125_000)
        var draft = HostedDraft(
            Material.chosen(desk, [Material.bakeries, Material.flour]),
            shortfalls: [
                Shortfall(place: .part(range), why: "it was busy"),
                Shortfall(place: .part(next), why: "it was busy"),
            ]
        )
        draft.miss([draft.chosen[1]], why: "it said nothing")

        let plan = plan(desk, draft)

        #expect(plan.moments.allSatisfy { !$0.title.isEmpty && $0.hook == nil })
        #expect(plan.warnings.map(\.code) == ["few-moments", Shortfall.code, Shortfall.code])
        #expect(
            plan.warnings[1].detail
                == "From 0:00 to 2:05 the embedded scorer chose, not anthropic/test: it was busy."
        )
        #expect(plan.warnings[2].clip == "clip-02" && plan.warnings[2].detail.contains("it said nothing"))
    }

    @Test func `a plan that is all the embedded scorer's says so`() async throws {
        let desk = Material.desk()
        let plan = try await desk.ownPlan(why: "no key", model: "anthropic/test", provenance: Self.provenance)
        let own = try await DeterministicScorer().plan(desk.request)

        #expect(plan.moments == own.moments && plan.model == own.model)
        #expect(plan.warnings.last?.code == Shortfall.code && plan.provenance == Self.provenance)
        #expect(plan.warnings.last?.detail.contains("not anthropic/test's: no key.") == true)
    }

    @Test(arguments: 0..<25) func `whatever a model chooses, the plan keeps the contract`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let request = TranscriptMaker.random(seed: UInt64(seed))
        let desk = HostedDesk(request, limits: HostedLimits())
        var proposals: [MomentProposal] = []
        for part in desk.parts {
            let all = (0..<40).map { _ in
                let first = Int.random(in: 0..<desk.desk.sentences.count, using: &random)
                let last = first + Int.random(in: 0...6, using: &random)
                return (sentences: first...last, points: Int.random(in: 0...100, using: &random))
            }
            proposals += desk.shortlist(Material.shortlist(all), of: part).values
        }
        let chosen = desk.choose(proposals)
        guard !chosen.isEmpty else { return }

        let plan = plan(desk, HostedDraft(chosen))

        let durations = desk.desk.durations
        let end = max(request.transcript.durationMs, request.transcript.words.last?.endMs ?? 0)
        for moment in plan.moments {
            let range = TimeRange(startMs: moment.startMs, endMs: moment.endMs)
            #expect(range.startMs >= 0 && range.endMs <= end && !moment.title.isEmpty)
            #expect(durations.contains(range.durationMs))
            #expect(request.options.excludeRangesMs?.contains { $0.overlaps(range) } == false)
            #expect(
                plan.moments.count { TimeRange(startMs: $0.startMs, endMs: $0.endMs).overlaps(range) } == 1
            )
        }
        #expect(plan.moments.map(\.score) == plan.moments.map(\.score).sorted(by: >))
    }
}
