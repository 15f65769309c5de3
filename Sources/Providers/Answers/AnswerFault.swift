/// What is wrong with an answer: the end of a sentence, without a point and without anything secret.
struct AnswerFault: Error, Sendable, Hashable {
    let reason: String
    /// The work is done by its word, and the fault is in what it made.
    let isOfResult: Bool

    init(_ reason: String, isOfResult: Bool = false) {
        self.reason = reason
        self.isOfResult = isOfResult
    }

    /// The same, of what was made.
    var ofResult: AnswerFault { AnswerFault(reason, isOfResult: true) }
}
