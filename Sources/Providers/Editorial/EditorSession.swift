import Editorial

/// Asks the questions of one plan: sends them again where nobody answered, once more where the answer will not do, and
/// stops for good when the tokens, the time or the provider's patience is used up.
struct EditorSession: Sendable {
    enum Outcome<Value: Sendable>: Sendable {
        /// What can be used of the answer, and what is still wrong with the rest.
        case read(AnswerReading<Value>)
        /// Nothing can be used; the end of a sentence.
        case failed(String)
    }

    private let model: any LanguageModel
    private let limits: HostedLimits
    private let pace: EditorPace
    private let allowance: (any EditorAllowance)?
    private let waiting: WaitingTime
    private let startMs: Int
    private(set) var ledger: TokenLedger
    /// Why nothing more is asked.
    private var isOver: String?

    init(
        model: any LanguageModel,
        limits: HostedLimits,
        pace: EditorPace,
        allowance: (any EditorAllowance)? = nil,
        waiting: WaitingTime = .unmeasured,
        tokensBefore: Int = 0
    ) {
        self.model = model
        self.limits = limits
        self.pace = pace
        self.allowance = allowance
        self.waiting = waiting
        startMs = pace.now()
        ledger = TokenLedger(tokensMax: limits.tokensPerRun, before: tokensBefore)
    }

    /// Asks, and asks once more with all faults of an answer that has some.
    mutating func ask<Value: Sendable>(
        _ question: ModelQuestion,
        read: (String) -> AnswerReading<Value>
    ) async throws -> Outcome<Value> {
        var kept: AnswerReading<Value>?
        let again: ModelQuestion
        switch try await send(question) {
        case .success(let answer):
            let reading = read(answer.text)
            if reading.faults.isEmpty { return .read(reading) }
            kept = reading
            again = question.repaired(answer.text, faults: reading.faults)
        case .failure(let failure):
            guard failure.kind == .cutOff else { return .failed(failure.why) }
            again = question.shortened()
        }
        switch try await send(again) {
        case .success(let answer):
            let reading = read(answer.text)
            // Two answers are not mixed: what fits together within each may not fit across.
            let better = kept.map { $0.values.count > reading.values.count ? $0 : reading } ?? reading
            return Self.outcome(better)
        case .failure(let failure): return kept.map(Self.outcome) ?? .failed(failure.why)
        }
    }

    private static func outcome<Value>(_ reading: AnswerReading<Value>) -> Outcome<Value> {
        guard reading.values.isEmpty, let fault = reading.faults.first else { return .read(reading) }
        let place = fault.pointer.isEmpty ? "it" : fault.pointer
        return .failed("its answer was not usable: \(place) \(fault.detail)")
    }

    /// Sends a question until it is answered, or will not be.
    private mutating func send(_ question: ModelQuestion) async throws -> Result<ModelAnswer, ModelFailure> {
        for attempt in 1... {
            let place: Place
            switch try await self.place(for: question) {
            case .success(let found): place = found
            case .failure(let over):
                isOver = over.why
                return .failure(over)
            }
            let failure: ModelFailure
            switch try await sendOnce(question, at: place) {
            case .success(let answer): return .success(answer)
            case .failure(let met): failure = met
            }
            // A task that was ended has no plan to make, and whatever failed then did so for that reason.
            try Task.checkCancellation()
            guard failure.kind == .away, attempt < limits.triesMax else {
                if failure.kind == .away || failure.kind == .refused { isOver = failure.why }
                return .failure(failure)
            }
            let delayMs = EditorPace.delayMs(after: attempt, retryAfterMs: failure.retryAfterMs)
            guard pace.now() - startMs + delayMs < limits.totalMs else {
                isOver = failure.why
                return .failure(failure)
            }
            try await waiting.during { try await pace.pause(delayMs) }
        }
        return .failure(ModelFailure(.away, "it was not asked"))
    }

    /// Where a question counts while it is under way: under an id, or nowhere.
    private typealias Place = String?

    /// Waits until the question may be sent; the failure says why it may not be.
    private func place(for question: ModelQuestion) async throws -> Result<Place, ModelFailure> {
        while true {
            if let over = over(question) { return .failure(ModelFailure(.refused, over)) }
            guard let allowance else { return .success(nil) }
            switch try await allowance.admit(tokens: question.tokensMax) {
            case .admitted(let questionId): return .success(questionId)
            case .wait(let delayMs):
                guard pace.now() - startMs + delayMs < limits.totalMs else {
                    let why = "provider '\(model.provider)' was asked as much as it may be by other plans"
                    return .failure(ModelFailure(.refused, why))
                }
                try await waiting.during { try await pace.pause(delayMs) }
            }
        }
    }

    /// Sends a question once, and counts what that costs.
    private mutating func sendOnce(
        _ question: ModelQuestion,
        at place: Place
    ) async throws -> Result<ModelAnswer, ModelFailure> {
        let before = ledger.sum
        let result: Result<ModelAnswer, ModelFailure>
        do throws(ModelFailure) {
            let answer = try await waiting.during { () async throws(ModelFailure) -> ModelAnswer in
                try await model.answer(question)
            }
            ledger.add(question, usage: answer.usage, answer: answer.text)
            result = .success(answer)
        } catch {
            note(error, question)
            result = .failure(error)
        }
        if let place {
            let spent = ledger.sum - before
            // Who is cancelled hears no end of a question that may be worked on all the same.
            try await allowance?.settle(place, tokens: Task.isCancelled ? max(spent, question.tokens) : spent)
        }
        return result
    }

    private mutating func note(_ failure: ModelFailure, _ question: ModelQuestion) {
        if failure.usage != nil || failure.isCharged {
            ledger.add(question, usage: failure.usage)
        } else {
            ledger.addUnread()
        }
    }

    /// Why a question may not be sent.
    private func over(_ question: ModelQuestion) -> String? {
        if let isOver { return isOver }
        if !ledger.allows(question) {
            let earlier = ledger.before > 0 ? ": earlier attempts have had \(ledger.before)" : ""
            return "the \(limits.tokensPerRun) tokens that one run may use do not suffice\(earlier)"
        }
        if pace.now() - startMs >= limits.totalMs {
            return "it took longer than the \(limits.totalMs / 1_000) seconds that one run may take"
        }
        return nil
    }
}
