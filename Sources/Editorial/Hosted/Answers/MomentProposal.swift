/// A run of sentences that a model proposes, with its opinion of it.
package struct MomentProposal: Sendable, Hashable {
    /// Points of 0 to 100 that a model gives; nothing but the sound tells how much energy there is.
    struct Opinion: Sendable, Hashable {
        let hook: Int
        let standalone: Int
        let value: Int
        let shareability: Int
    }

    let sentences: ClosedRange<Int>
    /// Nil where the embedded scorer proposes it.
    let opinion: Opinion?
}

/// A proposal that was taken.
package struct ChosenMoment: Sendable, Hashable {
    /// 1 is the best; what the model knows it by.
    package let number: Int
    let sentences: ClosedRange<Int>
    let opinion: MomentProposal.Opinion?
}

/// What a model says of a chosen moment.
package struct MomentWording: Sendable, Hashable {
    let number: Int
    let sentences: ClosedRange<Int>
    let title: String
    let hook: String
    let description: String
    let hashtags: [String]
    let reason: String
}
