import Contracts
import Foundation
import Postgres

/// Callbacks that are kept without being applied.
extension CallbackBatch {
    /// How many callbacks are set aside of one task, and of all that no task is known of in an hour.
    static let setAsidePerTaskMax = 20
    static let setAsidePerHourMax = 1_000

    /// The same message id as before: another body is kept for the operators, the same one is no news.
    mutating func keepRepeated(
        _ callback: NewCallback,
        _ place: Int,
        _ subject: CallbackSubject,
        known: String
    ) throws {
        guard known != callback.bodySha256 else {
            receipts[place] = .duplicate
            return
        }
        try quarantine(callback, place, subject, reason: Store.otherBodyReason)
        receipts[place] = .conflict
    }

    mutating func quarantine(
        _ callback: NewCallback,
        _ place: Int,
        _ subject: CallbackSubject,
        reason: String
    ) throws {
        let count = try asides[subject.taskId] ?? countAsides(ofTask: subject.taskId)
        asides[subject.taskId] = count
        guard count < Self.setAsidePerTaskMax else { return }
        asides[subject.taskId] = count + 1
        inbox.add(callback, taskId: subject.taskId, state: .quarantined, reason: reason)
    }

    private func countAsides(ofTask id: String) throws -> Int {
        try transaction.query(
            """
            SELECT count(*) AS n
            FROM callbacks
            WHERE task_id = \(id) AND state IN ('rejected', 'quarantined')
            """
        )[0].get("n")
    }

    /// Keeps callbacks whose task has not got its id yet: the reply to the dispatch is still on its way.
    mutating func keepUnmatched() throws {
        let places = callbacks.indices.filter { subjects[$0] == nil && callbacks[$0].externalId != nil }
        guard !places.isEmpty else { return }
        let owners = Set(places.map { owner(callbacks[$0]) }).sorted()
        // No task could be locked, so the id itself keeps two of one message apart.
        try transaction.execute(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(owner, 0))
            FROM unnest(\(owners)) WITH ORDINALITY AS named (owner, place)
            ORDER BY place
            """
        )
        let rows = try transaction.query(
            """
            SELECT named.place, c.body_sha256
            FROM unnest(\(places), \(places.map { callbacks[$0].provider }),
                \(places.map { callbacks[$0].externalId ?? "" }), \(places.map { callbacks[$0].messageId }))
                AS named (place, provider, external_id, message_id)
            JOIN callbacks c ON c.provider = named.provider AND c.external_id = named.external_id
                AND c.message_id = named.message_id AND c.state = 'unmatched'
            """
        )
        var seen: [MessageKey: String] = [:]
        for row in rows {
            let callback = callbacks[try row.get("place", as: Int.self)]
            let key = MessageKey(owner: owner(callback), messageId: callback.messageId)
            seen[key] = try row.get("body_sha256")
        }
        let kept = try transaction.query(
            """
            SELECT count(*) AS n
            FROM callbacks
            WHERE state = 'unmatched' AND received_at > now() - interval '1 hour'
            """
        )
        var room = Self.setAsidePerHourMax - (try kept[0].get("n", as: Int.self))
        for place in places {
            let callback = callbacks[place]
            let key = MessageKey(owner: owner(callback), messageId: callback.messageId)
            if let known = seen[key] {
                let isSame = known == callback.bodySha256
                receipts[place] = isSame ? .duplicate : .conflict
                if !isSame { try keepNamelessConflict(callback) }
                continue
            }
            // Beyond that the poll alone tells what became of them.
            guard room > 0 else { continue }
            room -= 1
            seen[key] = callback.bodySha256
            inbox.add(callback, taskId: nil, state: .unmatched, reason: "no task has this id yet")
            receipts[place] = .unmatched
        }
    }

    /// Another body under the message id of a callback that waits for its task: operators see both.
    private mutating func keepNamelessConflict(_ callback: NewCallback) throws {
        let count = try namelessAsides ?? countNamelessAsides()
        namelessAsides = count
        guard count < Store.refusedPerHourMax, try !isKept(callback) else { return }
        namelessAsides = count + 1
        inbox.add(callback, taskId: nil, state: .rejected, reason: Store.otherBodyReason)
    }

    /// Whether it was set aside before, within the hour: a provider may send it again and again.
    private func isKept(_ callback: NewCallback) throws -> Bool {
        try transaction.query(
            """
            SELECT EXISTS (
                SELECT 1
                FROM callbacks
                WHERE state = 'rejected' AND received_at > now() - interval '1 hour'
                    AND provider = \(callback.provider) AND external_id = \(callback.externalId)
                    AND message_id = \(callback.messageId) AND body_sha256 = \(callback.bodySha256)
            ) AS is_kept
            """
        )[0].get("is_kept")
    }

    private func countNamelessAsides() throws -> Int {
        try transaction.query(
            """
            SELECT count(*) AS n
            FROM callbacks
            WHERE state = 'rejected' AND task_id IS NULL AND received_at > now() - interval '1 hour'
            """
        )[0].get("n")
    }

    private func owner(_ callback: NewCallback) -> String {
        "\(callback.provider):\(callback.externalId ?? "")"
    }
}
