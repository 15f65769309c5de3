import Contracts
import Foundation
import Postgres

/// When an endpoint that fails is disabled.
enum HealthRule {
    /// For how long every attempt must have failed.
    static let failingDaysMax = 5
    /// In how many different hours of that time there must have been a failure.
    static let failingHoursMin = 10
    /// Failures that lie further apart than this do not count as one stretch: so a handful of attempts after
    /// a long silence disables nothing.
    ///
    /// It is more than the longest pause between two attempts, with its jitter.
    static let silenceHoursMax = 36
    /// A failure is noted at most this often; a success only when there was a failure before it.
    static let noteSeconds = 3600

    static let reason = "every attempt has failed for \(failingDaysMax) days"
}

/// What an attempt that ended tells of its endpoint.
struct EndpointEnding {
    let endpointId: String
    let isDelivered: Bool
    /// What is noted of the endpoint so far.
    let isFailing: Bool
    /// Whether a failure was noted a short while ago.
    let isNoted: Bool
    /// Why the endpoint wants no more, if so.
    let disabling: String?
    /// Whether the endpoint is still where the attempt went.
    let isCurrent: Bool

    /// Whether anything has to be noted of the endpoint.
    var changesHealth: Bool { isCurrent && (disabling != nil || (isDelivered ? isFailing : !isNoted)) }
}

extension Transaction {
    /// Notes which endpoints began to fail, go on to fail or are well again, and disables those that are done for.
    ///
    /// There is no statement where nothing changes, as for an endpoint that is well and stays so.
    func noteHealth(_ endings: [EndpointEnding], links: LinkMinter) throws {
        let endings = endings.filter(\.isCurrent)
        let delivered = Set(endings.filter(\.isDelivered).map(\.endpointId))
        let recovered = Set(endings.filter { $0.isDelivered && $0.isFailing }.map(\.endpointId))
        let failing = Set(endings.filter { !$0.isDelivered && !$0.isNoted }.map(\.endpointId))
            .subtracting(delivered)
        if !recovered.isEmpty { try noteRecovery(of: recovered.sorted()) }
        var disabling = failing.isEmpty ? [:] : try noteFailure(of: failing.sorted())
        for ending in endings {
            if let reason = ending.disabling { disabling[ending.endpointId] = reason }
        }
        // In the order of their ids, so that two groups cannot wait for each other.
        for (endpointId, reason) in disabling.sorted(by: { $0.key < $1.key }) {
            try disable(endpointId: endpointId, reason: reason, links: links)
        }
    }

    /// What another holds is left alone: it is noted by the next attempt.
    private func noteRecovery(of endpointIds: [String]) throws {
        try execute(
            """
            WITH held AS MATERIALIZED (
                SELECT id
                FROM endpoints
                WHERE id = ANY(\(endpointIds)) AND failing_since IS NOT NULL
                ORDER BY id
                FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE endpoints e
            SET failing_since = NULL, failed_at = NULL, failing_hours = 0
            FROM held
            WHERE e.id = held.id
            """
        )
    }

    /// Returns those that have failed for too long, with the reason to disable them.
    private func noteFailure(of endpointIds: [String]) throws -> [String: String] {
        let rows = try query(
            """
            WITH held AS MATERIALIZED (
                SELECT id, coalesce(failed_at < now() - \(HealthRule.silenceHoursMax) * interval '1 hour', true)
                    OR failing_since IS NULL AS is_first
                FROM endpoints
                WHERE id = ANY(\(endpointIds))
                    AND coalesce(failed_at < now() - \(HealthRule.noteSeconds) * interval '1 second', true)
                ORDER BY id
                FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE endpoints e
            SET failing_since = CASE WHEN held.is_first THEN now() ELSE e.failing_since END,
                failing_hours = CASE WHEN held.is_first THEN 1 ELSE e.failing_hours + 1 END,
                failed_at = now()
            FROM held
            WHERE e.id = held.id
            RETURNING e.id, e.failing_since < now() - \(HealthRule.failingDaysMax) * interval '1 day'
                AND e.failing_hours >= \(HealthRule.failingHoursMin) AS is_done_for
            """
        )
        let doneFor = try rows.filter { try $0.get("is_done_for") }
        return Dictionary(
            uniqueKeysWithValues: try doneFor.map { (try $0.get("id", as: String.self), HealthRule.reason) }
        )
    }

    /// Disables an endpoint once, and tells the tenant's others; its messages wait until it is enabled.
    private func disable(endpointId: String, reason: String, links: LinkMinter) throws {
        let rows = try query(
            """
            UPDATE endpoints
            SET state = 'disabled', disabled_reason = \(reason)
            WHERE id = \(endpointId) AND state <> 'disabled' AND deleted_at IS NULL
            RETURNING \(unescaped: EndpointRecord.columns)
            """
        )
        guard let endpoint = try rows.first.map({ try EndpointRecord($0) }) else { return }
        let content = EventEnvelope.Content(endpoint: endpoint.notice, reason: reason)
        let envelope = EventEnvelope(type: .endpointDisabled, timestamp: try now(), data: content)
        try send(envelope, tenantId: endpoint.tenantId, links: links)
    }
}
