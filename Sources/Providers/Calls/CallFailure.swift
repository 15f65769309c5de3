package import Contracts
import OutboundHTTP

/// Why a call to a hosted provider brought nothing to go on with.
package struct CallFailure: Error, Sendable, Hashable {
    package let kind: AnswerClass
    package let problem: Problem
    /// The answer's status; nil where none came.
    package let status: Int?
    /// How long the provider wants to be left alone.
    package let retryAfterMs: Int?
    /// Where no answer came: why, in a word.
    package let word: String?
    /// The provider has said that the work is done, and the call was for what it made.
    package private(set) var isOfResult = false
    static let retryAfterMsDefault = 5_000

    package init(
        _ kind: AnswerClass,
        _ problem: Problem,
        status: Int? = nil,
        retryAfterMs: Int? = nil,
        word: String? = nil
    ) {
        self.kind = kind
        self.problem = problem
        self.status = status
        self.retryAfterMs = retryAfterMs
        self.word = word
    }

    /// No answer came.
    init(_ error: TransferError, provider: String) {
        // Nothing but our own configuration makes these pass.
        let isOurs = [.blockedURL, .blockedAddress, .invalidRequest].contains(error.code)
        let kind: AnswerClass = isOurs ? .refused : error.isRequestSent ? .unclear : .away
        self.init(
            kind,
            Problem(
                isOurs ? .providerRefused : .providerUnreachable,
                detail: "Provider '\(provider)' cannot be reached: \(error.description).",
                retryable: !isOurs
            ),
            word: error.code.rawValue
        )
    }

    /// An answer came that is no success.
    init(_ response: HTTPResponse, provider: String, words: String?) {
        let kind = AnswerClass(response)
        let slug: Problem.Slug =
            switch kind {
            case .busy: .providerBusy
            case .away, .unclear: .providerUnreachable
            case .success, .unknown, .refused: .providerRefused
            }
        let remedy = Self.remedies[response.status]
        // What a provider says of a key may hold a part of it, or name the account: tenants read this.
        let shown = remedy == nil ? words : nil
        let told = shown.map { ": \(TaskReportReader.kept($0, charactersMax: 500))" } ?? ""
        self.init(
            kind,
            Problem(
                slug,
                detail:
                    "Provider '\(provider)' answered with status \(response.status)\(told).\(remedy.map { " \($0)" } ?? "")",
                retryable: kind != .refused && kind != .unknown
            ),
            status: response.status,
            retryAfterMs: RetryAfterHeader.milliseconds(response)
        )
    }

    /// What helps where the status alone says it.
    private static let remedies = [
        401: "Check the key that the gateway has for it.",
        402: "Check the account that the gateway has there.",
        403: "Check what the key may do that the gateway has for it.",
    ]

    /// What it means where a task was to be handed over.
    package var submitResult: SubmitResult {
        switch kind {
        case .busy: .busy(retryAfterMs: retryAfterMs ?? Self.retryAfterMsDefault)
        case .away: .unreachable(problem)
        case .unclear, .success: .unknownOutcome(problem)
        case .unknown, .refused: .refused(problem)
        }
    }

    /// What it means where a task was asked about: only the provider's own word ends what may be paid for.
    package var pollResult: PollResult {
        // An answer that has not what was made, or cannot be read, is likely to stay so.
        if isOfResult, problem.slug == Problem.Slug.providerRefused.rawValue { return .unusable(problem) }
        return kind == .unknown ? .forgotten : .unreachable(problem, retryAfterMs: retryAfterMs)
    }

    /// The same, met by a call for what was made.
    package var ofResult: CallFailure {
        var failure = self
        failure.isOfResult = true
        return failure
    }

    /// What it means where a task was looked for.
    package var findResult: FindResult {
        kind == .unknown ? .notFound : .unreachable(problem, retryAfterMs: retryAfterMs)
    }

    /// Its problem where no later try can help.
    var permanent: Problem {
        var problem = problem
        problem.retryable = false
        return problem
    }
}
