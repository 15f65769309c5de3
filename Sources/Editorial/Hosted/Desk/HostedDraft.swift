/// What was chosen so far, and what was said of it.
package struct HostedDraft: Sendable {
    /// The best first, each where it lies by now.
    package private(set) var chosen: [ChosenMoment]
    private(set) var wordings: [Int: MomentWording] = [:]
    /// What the model should have done and did not, in the order in which that showed.
    package private(set) var shortfalls: [Shortfall] = []

    package init(_ chosen: [ChosenMoment], shortfalls: [Shortfall] = []) {
        self.chosen = chosen
        self.shortfalls = shortfalls
    }

    /// The first word about a moment counts.
    package mutating func take(_ wording: MomentWording) {
        guard wordings[wording.number] == nil else { return }
        wordings[wording.number] = wording
        chosen = chosen.map { moment in
            guard moment.number == wording.number else { return moment }
            return ChosenMoment(
                number: moment.number,
                sentences: wording.sentences,
                opinion: moment.opinion
            )
        }
    }

    /// Notes the moments of a group that nothing usable was said about.
    package mutating func miss(_ group: [ChosenMoment], why: String) {
        for moment in group where wordings[moment.number] == nil {
            shortfalls.append(Shortfall(place: .moment(moment.number), why: why))
        }
    }

    func hasTitle(_ title: String) -> Bool {
        wordings.values.contains { $0.title.lowercased() == title.lowercased() }
    }
}
