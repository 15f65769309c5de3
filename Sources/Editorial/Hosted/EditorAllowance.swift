/// What came of asking whether a question may be sent.
package enum EditorAdmission: Sendable, Hashable {
    /// It counts under this id until it is settled.
    case admitted(questionId: String)
    /// The model has as much as it may; a place frees up by itself.
    case wait(ms: Int)
}

/// What a hosted model may be asked for one run's plan, whoever else asks it, and what earlier attempts have used up.
package protocol EditorAllowance: Sendable {
    /// Tokens that the attempts before this one have had.
    func tokensBefore() async throws -> Int

    /// Counts a question that is about to be sent; `tokens` are its own and those of its longest answer.
    func admit(tokens: Int) async throws -> EditorAdmission

    /// Says what an admitted question has cost, answered or not; also for a task that is cancelled.
    func settle(_ questionId: String, tokens: Int) async throws
}
