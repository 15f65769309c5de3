package import Editorial

/// A hosted language model: asked one question, it gives one answer in the form that was asked for.
package protocol LanguageModel: Sendable {
    /// What runs name it by.
    var provider: String { get }

    /// Name of the model at its provider.
    var model: String { get }

    /// Where it answers from, if that is not the provider's own address: another server may well answer otherwise.
    var place: String? { get }

    /// Asks it something that needs the key and costs nothing.
    func checkKey() async -> KeyVerdict

    /// Sends the question once.
    func answer(_ question: ModelQuestion) async throws(ModelFailure) -> ModelAnswer
}

/// Tokens of one question and its answer, as the provider counts them.
package struct ModelUsage: Sendable, Hashable {
    package let input: Int
    package let output: Int

    package init(input: Int, output: Int) {
        self.input = input
        self.output = output
    }

    /// Of counts from outside, which may be anything.
    static func sum(_ first: Int, _ second: Int) -> Int {
        let (sum, isOverflow) = first.addingReportingOverflow(second)
        return isOverflow ? .max : sum
    }
}

package struct ModelAnswer: Sendable, Hashable {
    /// JSON, if the model kept to what was asked.
    package let text: String
    package let usage: ModelUsage?

    package init(text: String, usage: ModelUsage?) {
        self.text = text
        self.usage = usage
    }
}

/// Why a question has no answer.
package struct ModelFailure: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// It did nothing, and may when it is asked again.
        case away
        /// It will not answer whatever it is asked: the key, the bill, the name of the model.
        case refused
        /// It will not answer this question.
        case declined
        /// The answer has no end.
        case cutOff
    }

    package let kind: Kind
    /// The end of a sentence for users, without a point.
    package let why: String
    /// How long it wants to be left alone.
    package let retryAfterMs: Int?
    /// What the question cost all the same; nil where nobody said.
    package let usage: ModelUsage?
    /// Whether it may have been worked on, and so be paid for.
    package let isCharged: Bool

    package init(
        _ kind: Kind,
        _ why: String,
        retryAfterMs: Int? = nil,
        usage: ModelUsage? = nil,
        isCharged: Bool = true
    ) {
        self.kind = kind
        self.why = why
        self.retryAfterMs = retryAfterMs
        self.usage = usage
        self.isCharged = isCharged
    }
}
