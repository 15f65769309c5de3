/// One question to a hosted language model, in words that every provider's adapter can send.
package struct ModelQuestion: Sendable, Hashable {
    /// What was wrong with an answer to it.
    package struct Complaint: Sendable, Hashable {
        /// The answer; nil where sending it back helps nobody.
        package let answer: String?
        package let text: String
    }

    /// Who the model is and by which rules it answers: our words alone.
    package let instructions: String
    /// The task, and behind it what it is about; text of strangers stands in fences.
    package let material: String
    package let shape: AnswerShape
    package let answerTokensMax: Int
    package private(set) var complaint: Complaint?

    private static let faultsMax = 40
    private static let faultCharactersMax = 300
    /// Tokens that an adapter adds around a message.
    private static let tokensAround = 50

    init(instructions: String, material: String, shape: AnswerShape, answerTokensMax: Int) {
        self.instructions = instructions
        self.material = material
        self.shape = shape
        self.answerTokensMax = answerTokensMax
    }

    /// What sending it costs, estimated.
    package var tokens: Int {
        let texts = [
            instructions, material, shape.schema.text, complaint?.answer ?? "", complaint?.text ?? "",
        ]
        return texts.reduce(Self.tokensAround) { $0 + TokenEstimate.tokens($1) }
    }

    /// The same with the longest answer to it.
    package var tokensMax: Int { tokens + answerTokensMax }

    /// The question once more, with all that is wrong with an answer.
    package func repaired(_ answer: String, faults: [AnswerFault]) -> ModelQuestion {
        // A fault may quote the answer, and that may quote the transcript.
        let lines = faults.prefix(Self.faultsMax).map {
            Fence.clean("\($0.pointer): \($0.detail)", charactersMax: Self.faultCharactersMax)
        }
        var question = self
        question.complaint = Complaint(
            answer: answer,
            text: PromptBook.repair + "\n" + Fence.block("faults", lines)
        )
        return question
    }

    /// The question once more, after an answer that had no end.
    package func shortened() -> ModelQuestion {
        var question = self
        question.complaint = Complaint(
            answer: nil,
            text: PromptBook.fill(PromptBook.shorter, ["tokens": "\(answerTokensMax)"])
        )
        return question
    }
}
