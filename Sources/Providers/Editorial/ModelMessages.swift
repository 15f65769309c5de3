import Editorial

/// The turns of a conversation, which both APIs write alike.
enum ModelMessages {
    /// The question; after an answer that would not do, that answer and what is wrong with it.
    static func turns(_ question: ModelQuestion) -> [JSONTree] {
        var turns = [turn("user", question.material)]
        guard let complaint = question.complaint else { return turns }
        if let answer = complaint.answer, !answer.isEmpty {
            turns += [turn("assistant", answer), turn("user", complaint.text)]
        } else {
            turns = [turn("user", question.material + "\n" + complaint.text)]
        }
        return turns
    }

    static func turn(_ role: String, _ text: String) -> JSONTree {
        ["role": .string(role), "content": .string(text)]
    }
}
