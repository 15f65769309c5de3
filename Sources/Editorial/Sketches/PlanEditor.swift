package import Contracts

/// Makes the plan that a reviewer wants out of the plan that the model made.
package struct PlanEditor {
    private let original: Plan
    private let desk: SketchDesk
    private let byClip: [String: Plan.Moment]

    package init(_ original: Plan, request: EditorialRequest) {
        self.original = original
        byClip = Dictionary(original.moments.map { ($0.clip, $0) }, uniquingKeysWith: { first, _ in first })
        // A moment of the plan may end a little behind the sound, where the transcript does.
        let end = max(request.segments.durationMs, original.moments.map(\.endMs).max() ?? 0)
        desk = SketchDesk(request, sourceEndMs: end)
    }

    /// Everything wrong with these moments.
    package func faults(of sketches: [MomentSketch]) -> [Problem.Detail] {
        let exempt = Set(sketches.indices.filter { isUnmoved(sketches[$0]) })
        var faults = SketchRules.faults(of: sketches, sourceEndMs: desk.sourceEndMs, exempt: exempt)
        var named: Set<String> = []
        for (index, sketch) in sketches.enumerated() {
            if let clip = sketch.clip, !named.insert(clip).inserted {
                faults.append(
                    Problem.Detail(
                        pointer: "\(sketch.pointer)/clip",
                        detail: "is the name of an earlier moment too"
                    )
                )
            }
            if !exempt.contains(index) {
                let before = sketch.clip.flatMap { byClip[$0] }
                faults += desk.wordFaults(
                    of: sketch,
                    kept: before.map { [$0.startMs, $0.endMs] } ?? []
                )
            }
        }
        return faults
    }

    /// The plan with these moments, which have no faults.
    package func plan(_ sketches: [MomentSketch]) -> Plan {
        var titles = desk.makeTitles()
        var names = FreeNames(taken: Set(sketches.compactMap(\.clip) + original.moments.map(\.clip)))
        let ordered = sketches.enumerated()
            .sorted { ($0.element.rank ?? .max, $0.offset) < ($1.element.rank ?? .max, $1.offset) }
            .map(\.element)
        var plan = original
        plan.moments = ordered.enumerated().compactMap { index, sketch in
            moment(sketch, clip: sketch.clip ?? names.next(), rank: index + 1, titles: &titles)
        }
        return plan
    }

    private func moment(
        _ sketch: MomentSketch,
        clip: String,
        rank: Int,
        titles: inout TitleMaker
    ) -> Plan.Moment? {
        guard let before = byClip[clip] else {
            return desk.moment(sketch, clip: clip, rank: rank, titles: &titles)
        }
        var full = sketch
        full.title = sketch.title ?? before.title
        full.hook = sketch.hook ?? before.hook
        full.description = sketch.description ?? before.description
        full.hashtags = sketch.hashtags ?? before.hashtags
        guard isUnmoved(sketch) else {
            // The reason tells of the words; one that was sent back unchanged is out of date with them.
            if sketch.reason == before.reason { full.reason = nil }
            return desk.moment(full, clip: clip, rank: rank, titles: &titles)
        }
        var moment = before
        moment.rank = rank
        moment.title = full.title ?? before.title
        moment.reason = full.reason ?? before.reason
        moment.hook = full.hook
        moment.description = full.description
        moment.hashtags = full.hashtags
        return moment
    }

    private func isUnmoved(_ sketch: MomentSketch) -> Bool {
        guard let before = sketch.clip.flatMap({ byClip[$0] }) else { return false }
        return before.startMs == sketch.startMs && before.endMs == sketch.endMs
    }
}
