import Postgres

/// Signals that anybody who knows their address can send, kept so few that nobody makes the gateway ask without end.
extension CallbackBatch {
    /// The trust of a callback that shows nothing but its address.
    static let openTrust = "capability"
    /// Signals of one task that are followed at all; after them the clock alone makes its provider be asked.
    static let openSignalsPerTaskMax = 200
    /// Those that wait while the task has no id at its provider: one of them may name it.
    static let openSignalsWaitingMax = 20

    /// Signals of one task that showed nothing but their address.
    struct OpenSignals {
        var kept: Int
        /// Of these, those that nobody follows yet.
        var waiting: Int
    }

    /// Keeps a callback that is to be looked at, unless it would only make the provider be asked what is asked anyway.
    mutating func keepForLook(_ callback: NewCallback, _ place: Int, _ subject: CallbackSubject) throws {
        if callback.trust == Self.openTrust {
            var signals = try openSignals[subject.taskId] ?? countOpenSignals(ofTask: subject.taskId)
            defer { openSignals[subject.taskId] = signals }
            // Who follows a waiting one asks after this one came, too.
            let waitingMax = subject.externalId == nil ? Self.openSignalsWaitingMax : 1
            guard signals.kept < Self.openSignalsPerTaskMax, signals.waiting < waitingMax else {
                receipts[place] = .duplicate
                return
            }
            signals.kept += 1
            signals.waiting += 1
        }
        inbox.add(callback, taskId: subject.taskId, state: .stored)
        receipts[place] = .stored
    }

    private func countOpenSignals(ofTask id: String) throws -> OpenSignals {
        let row = try transaction.query(
            """
            SELECT count(*) AS kept,
                count(*) FILTER (WHERE state = 'stored' AND lease_token IS NULL) AS waiting
            FROM callbacks
            WHERE task_id = \(id) AND trust = \(Self.openTrust) AND state IN ('stored', 'applied')
            """
        )[0]
        return OpenSignals(kept: try row.get("kept"), waiting: try row.get("waiting"))
    }
}
