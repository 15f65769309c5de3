/// What is wrong with an answer: the end of a sentence, without a point and without anything secret.
struct AnswerFault: Error, Sendable, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
