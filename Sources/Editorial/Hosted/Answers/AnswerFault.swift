/// One thing wrong with an answer of a model, at a JSON pointer.
package struct AnswerFault: Sendable, Hashable {
    package let pointer: String
    package let detail: String
}

/// What can be used of an answer, and everything that is wrong with the rest.
package struct AnswerReading<Value: Sendable>: Sendable {
    package internal(set) var values: [Value] = []
    package internal(set) var faults: [AnswerFault] = []

    /// Nothing can be used.
    static func unusable(_ detail: String) -> AnswerReading {
        AnswerReading(faults: [AnswerFault(pointer: "", detail: detail)])
    }
}
