package import Contracts

/// Makes a plan of exactly the moments that a client brought.
package struct BroughtMoments {
    /// What the plan names as the model that chose.
    package static let model = "provided"

    private let desk: SketchDesk

    package init(_ request: EditorialRequest) {
        let transcript = request.transcript
        let end = max(request.segments.durationMs, transcript.durationMs, transcript.words.last?.endMs ?? 0)
        desk = SketchDesk(request, sourceEndMs: end)
    }

    /// The plan, the moments ranked as they came; throws `moments-invalid` that names every one that will not do.
    ///
    /// Cuts that go through a word move off it where a small step does it.
    package func plan(_ sketches: [MomentSketch]) throws(Problem) -> Plan {
        let clips = sketches.indices.map { FreeNames.name($0 + 1) }
        let snapped = zip(sketches, clips).map { desk.snapped($0, clip: $1) }
        var faults = SketchRules.faults(of: sketches, sourceEndMs: desk.sourceEndMs)
        for moved in snapped { faults += desk.wordFaults(of: moved.sketch) }
        guard faults.isEmpty else {
            throw Problem(
                .momentsInvalid,
                detail: "\(faults[0].pointer): \(faults[0].detail)"
                    + (faults.count > 1 ? "; and \(faults.count - 1) more, see errors." : "."),
                errors: Array(faults.prefix(Self.faultsMax))
            )
        }
        var titles = desk.makeTitles()
        let moments = snapped.enumerated().compactMap { index, moved in
            desk.moment(moved.sketch, clip: clips[index], rank: index + 1, titles: &titles)
        }
        return Plan(
            model: Self.model,
            candidatesConsidered: sketches.count,
            moments: moments,
            warnings: snapped.compactMap(\.warning)
        )
    }

    private static let faultsMax = 100
}

extension MomentSketch {
    /// The moment at this place of a request to create a run.
    package init(_ moment: ProvidedInput.Moment, at index: Int) {
        self.init(
            pointer: "/moments/\(index)",
            startMs: moment.startMs,
            endMs: moment.endMs,
            title: moment.title,
            hook: moment.hook,
            description: moment.description,
            hashtags: moment.hashtags
        )
    }
}
