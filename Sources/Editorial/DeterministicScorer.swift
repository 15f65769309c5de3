package import Contracts

/// The embedded editorial model: rules over words, pauses and loudness; the same source always gives the same plan.
package struct DeterministicScorer: EditorialModel {
    package static let minDurationMsDefault = 15_000
    package static let maxDurationMsDefault = 60_000
    package static let maxCountDefault = 40
    /// By default one moment for so much speech, and at least `momentsMin` where the material gives them.
    package static let speechMsPerMoment = 75_000
    package static let momentsMin = 3
    /// Moments below this are not shown to anybody.
    static let scoreMin = 30.0
    /// The shortest window that is ever taken, of a source too short or too thin for the asked durations.
    static let durationMsFloor = 3_000

    package var identity: String { "embedded/scorer-1" }

    package init() {}

    package func plan(_ request: EditorialRequest) async throws -> Plan {
        let desk = EditorialDesk(request)
        let choice = try desk.choose()
        var titles = TitleMaker(language: request.transcript.language)
        let moments = choice.moments.enumerated().map { index, candidate in
            desk.moment(candidate, rank: index + 1, titles: &titles)
        }
        return Plan(
            model: identity,
            candidatesConsidered: choice.considered,
            moments: moments,
            warnings: choice.warnings
        )
    }
}
