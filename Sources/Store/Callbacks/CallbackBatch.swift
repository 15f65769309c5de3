import Contracts
import Foundation
import Pipeline
import Postgres

/// Callbacks that came in together: stored, and applied where no file has to be looked at, in one transaction.
///
/// The runs that they are about are locked first, in the order of their ids, so two batches cannot wait for each
/// other; all that is decided rests on what was read under these locks.
struct CallbackBatch {
    let transaction: Transaction
    let store: Store
    let callbacks: [NewCallback]
    var runs: [String: LockedRun] = [:]
    /// By the callback's place in the batch; those that name no task have none.
    var subjects: [Int: CallbackSubject] = [:]
    var receipts: [Int: CallbackReceipt] = [:]
    var inbox = InboxRows()
    /// How many callbacks are set aside of a task by now, with those of this batch.
    var asides: [String: Int] = [:]
    /// How many are rejected in this hour that no task is known of, with those of this batch; nil before it was asked.
    var namelessAsides: Int?
    /// Signals of a task that came without proof of their sender, likewise.
    var openSignals: [String: OpenSignals] = [:]
    var completions: [Completion] = []
    /// Of the tenants whose runs are locked.
    var subscribers: Subscribers?
    /// Ends that take more than the fast way does, in the order in which they came.
    private var others: [Other] = []

    /// A short whose provider says that it is done.
    struct Completion {
        let place: Int
        let subject: CallbackSubject
        let outputId: String
        let warnings: [Warning]
    }

    private struct Other {
        let place: Int
        let subject: CallbackSubject
        let report: TaskReport
        let attempt: Int
    }

    init(_ transaction: Transaction, store: Store, callbacks: [NewCallback]) {
        self.transaction = transaction
        self.store = store
        self.callbacks = callbacks
    }

    mutating func run() throws -> [CallbackReceipt] {
        try lookUp()
        try keepUnmatched()
        try sort()
        try writeCompletions()
        for other in others { try settle(other) }
        transaction.insert(inbox)
        return callbacks.indices.map { receipts[$0] ?? .unknownTask }
    }

    /// Says of each callback what is to be done with it.
    private mutating func sort() throws {
        var seen: [MessageKey: String] = [:]
        // A task that an earlier callback of the batch is about must be looked at anew for a later one.
        var touched: Set<String> = []
        for (place, callback) in callbacks.enumerated() {
            guard let subject = subjects[place] else { continue }
            let key = MessageKey(owner: subject.taskId, messageId: callback.messageId)
            if let known = seen[key] ?? subject.knownSha256 {
                try keepRepeated(callback, place, subject, known: known)
                continue
            }
            seen[key] = callback.bodySha256
            switch callback.read(subject.taskId, subject.outputId) {
            case .unreadable(let reason):
                try quarantine(callback, place, subject, reason: reason)
                receipts[place] = .unreadable
            case .needsLook: try keepForLook(callback, place, subject)
            case .report(let report):
                decide(report, place, subject, &touched)
            }
        }
    }

    private mutating func decide(
        _ report: TaskReport,
        _ place: Int,
        _ subject: CallbackSubject,
        _ touched: inout Set<String>
    ) {
        // An id that the provider gave is taken from a task when its attempt is replaced.
        if let named = callbacks[place].externalId, named != subject.externalId {
            return apply(place, subject, .staleAttempt)
        }
        let attempt = report.attempt == 0 ? subject.attempt : report.attempt
        let isFirst = touched.insert(subject.taskId).inserted
        guard isFirst else {
            return others.append(Other(place: place, subject: subject, report: report, attempt: attempt))
        }
        let signal = TaskSignal(report.state == .completed ? .completed : .progress, attempt: attempt)
        let facts = subject.facts(runState: runs[subject.runId]?.state ?? .cancelled)
        switch facts.decide(signal, jitter: 0) {
        case .ignore(.staleAttempt): apply(place, subject, .staleAttempt)
        case .ignore(.unknownAttempt): apply(place, subject, .unknownAttempt)
        case .ignore: apply(place, subject, .alreadySettled)
        case .complete(isWanted: true) where report.isPlainCompletion && subject.isOpenShort:
            completions.append(
                Completion(
                    place: place,
                    subject: subject,
                    outputId: subject.outputId ?? "",
                    warnings: report.warnings
                )
            )
            apply(place, subject, .applied)
        default:
            others.append(Other(place: place, subject: subject, report: report, attempt: attempt))
        }
    }

    /// Notes what came of a callback whose row is written with all others.
    private mutating func apply(_ place: Int, _ subject: CallbackSubject, _ result: CallbackResult) {
        inbox.add(callbacks[place], taskId: subject.taskId, state: .applied, result: result.rawValue)
        receipts[place] = .applied(result, givesWork: false)
    }

    private mutating func settle(_ other: Other) throws {
        guard other.report.state.isTerminal else {
            try transaction.execute(
                Store.progress(
                    taskId: other.subject.taskId,
                    attempt: other.attempt,
                    progress: other.report.progress
                )
            )
            return apply(other.place, other.subject, .progress)
        }
        let settled = try transaction.settle(
            taskId: other.subject.taskId,
            attempt: other.attempt,
            outcome: TaskOutcome(ofEnded: other.report, isShort: other.subject.outputId != nil),
            links: store.links,
            jitter: store.jitter()
        )
        let result = CallbackResult(settled)
        apply(other.place, other.subject, result)
        if result == .applied { receipts[other.place] = .applied(.applied, givesWork: true) }
    }
}

/// One message id of one task, or of one id that no task has.
struct MessageKey: Hashable {
    let owner: String
    let messageId: String
}

extension TaskReport {
    /// Whether it says no more than that the work is done, and what is to be said about that.
    fileprivate var isPlainCompletion: Bool {
        state == .completed && artifacts.isEmpty && usage == nil
    }
}
