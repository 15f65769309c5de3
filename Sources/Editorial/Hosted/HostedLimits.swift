/// How much a hosted model is asked for one plan.
package struct HostedLimits: Sendable, Hashable {
    /// Transcript in one question.
    package var windowTokens = 24_000
    /// Longest answer, what the model thinks before it included.
    package var answerTokensMax = 8_000
    /// All questions and answers of one run's plan, whatever attempt they belong to.
    package var tokensPerRun = 400_000
    /// Chosen moments in one question for details.
    package var momentsPerQuestion = 8
    /// How often a question is sent again that got no answer.
    package var triesMax = 4
    /// How long the questions of one attempt may take in all, pauses included.
    package var totalMs = 30 * 60_000

    package init() {}
}
