import Contracts
import Editorial

/// Counts the tokens of one attempt at a plan, and keeps it and those before it below the limit of the run.
struct TokenLedger: Sendable, Hashable {
    let tokensMax: Int
    /// What earlier attempts have had.
    let before: Int
    private(set) var input = 0
    private(set) var output = 0
    private(set) var estimated = 0
    private(set) var requests = 0

    init(tokensMax: Int, before: Int = 0) {
        self.tokensMax = tokensMax
        self.before = before
    }

    /// Whether the question and the longest answer to it fit into what is left.
    func allows(_ question: ModelQuestion) -> Bool {
        let (had, isFull) = before.addingReportingOverflow(sum)
        let (all, isOverflow) = had.addingReportingOverflow(question.tokensMax)
        return !isFull && !isOverflow && all <= tokensMax
    }

    /// Of this attempt.
    var sum: Int { input + output }

    /// Takes what the provider counted; of an answer without a count the estimate.
    mutating func add(_ question: ModelQuestion, usage: ModelUsage?, answer: String = "") {
        requests += 1
        if let usage {
            input += Self.sane(usage.input)
            output += Self.sane(usage.output)
        } else {
            let answerTokens = TokenEstimate.tokens(answer)
            input += question.tokens
            output += answerTokens
            estimated += question.tokens + answerTokens
        }
    }

    /// Takes a request that was turned away unread.
    mutating func addUnread() {
        requests += 1
    }

    var tokens: Plan.Provenance.Tokens {
        Plan.Provenance.Tokens(input: input, output: output, estimated: estimated)
    }

    /// A count from outside, kept from overflowing the sum.
    private static func sane(_ count: Int) -> Int { min(max(count, 0), 1 << 40) }
}
