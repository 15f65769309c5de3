import Foundation
import Postgres
import Signatures
import StudioSupport

/// Holds the database, the provider's log and the subscriber's log against each other, once everything is at rest.
///
/// The rules are numbered as in `docs/faults.md`.
struct Invariants: Sendable {
    let pool: PostgresPool
    /// What the provider was asked and did.
    let provider: [WorkerLog.Entry]
    /// What came over the wire to the one subscribed endpoint.
    let wire: [Subscriber.Receipt]
    /// The runs that were answered with 2xx.
    let accepted: [String]
    /// How often something was killed or stopped: each may have cost the record of one attempt of a message.
    let interruptions: Int
    let artifactsFolder: String

    /// One line for each violation, empty when all rules hold.
    func violations() async throws -> [String] {
        var found: [String] = []
        found += try await nothingIsLost()
        found += try await nothingIsDoubled()
        found += try await attemptsAreTheWire()
        found += try await bytesAreFixed()
        found += try await nothingGoesBack()
        found += try await theProviderAgrees()
        found += try await nothingIsPaidTwice()
        found += provider.filter { $0.fact == .wrong }.map {
            "wire: the gateway sent \($0.taskId) \($0.detail)"
        }
        return found
    }

    func lines(_ rule: String, _ sql: SQL) async throws -> [String] {
        try await pool.query(sql).map { "\(rule): \(try $0.get("line", as: String.self))" }
    }

    /// I1: what was answered with 2xx came to an end that is listed, with a reason where it is a bad one.
    private func nothingIsLost() async throws -> [String] {
        let runs = try await lines(
            "I1",
            """
            SELECT 'accepted run ' || wanted.id || ' is ' || coalesce(r.state, 'not there') AS line
            FROM unnest(\(accepted)) AS wanted (id)
            LEFT JOIN runs r ON r.id = wanted.id
            WHERE r.id IS NULL OR r.state IN ('started', 'analysis_complete')
                OR r.state = 'failed' AND r.problem IS NULL
            """
        )
        let work = try await lines(
            "I1",
            """
            SELECT 'task ' || id || ' is ' || state AS line FROM tasks
            WHERE state IN ('minted', 'submit_unknown', 'dispatched')
            UNION ALL
            SELECT 'callback ' || id || ' is not applied' FROM callbacks WHERE state = 'stored'
            UNION ALL
            SELECT 'job ' || j.id || ' (' || j.stage || ') is ' || j.state || ' though its run is ' || r.state
            FROM jobs j JOIN runs r ON r.id = j.run_id
            WHERE r.state = 'fully_generated' AND j.state <> 'completed' OR j.lease_token IS NOT NULL
            UNION ALL
            SELECT 'delivery ' || d.id || ' is pending' FROM deliveries d WHERE d.state = 'pending'
            UNION ALL
            SELECT 'delivery ' || d.id || ' is exhausted without a reason' FROM deliveries d
            WHERE d.state = 'exhausted' AND NOT EXISTS (
                SELECT 1 FROM delivery_attempts a WHERE a.delivery_id = d.id AND a.outcome <> 'delivered'
            )
            """
        )
        let messages = try await lines(
            "I1",
            """
            SELECT 'run ' || r.id || ' (' || r.state || ') has no message ' || needed.type AS line
            FROM runs r
            CROSS JOIN (VALUES ('run.started'), ('run.analysis_completed'), ('delivery.completed')) AS needed (type)
            WHERE r.state = 'fully_generated'
                AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.run_id = r.id AND m.event_type = needed.type)
            UNION ALL
            SELECT 'output ' || o.id || ' has no message' FROM outputs o
            WHERE o.state = 'rendered' AND NOT EXISTS (
                SELECT 1 FROM messages m WHERE m.output_id = o.id AND m.event_type = 'output.rendered'
            )
            UNION ALL
            SELECT 'message ' || m.id || ' (' || m.event_type || ') has no delivery' FROM messages m
            WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id)
                AND EXISTS (SELECT 1 FROM endpoints e WHERE e.created_at < m.created_at)
            """
        )
        return runs + work + messages
    }

    /// I2: one delivery for each message and endpoint, and each thing said once.
    private func nothingIsDoubled() async throws -> [String] {
        try await lines(
            "I2",
            """
            SELECT count(*) || ' deliveries of message ' || message_id AS line
            FROM deliveries GROUP BY message_id, endpoint_id HAVING count(*) > 1
            UNION ALL
            SELECT count(*) || ' messages ' || event_type || ' of run ' || run_id || coalesce(' ' || output_id, '')
            FROM messages WHERE run_id IS NOT NULL
            GROUP BY run_id, output_id, event_type HAVING count(*) > 1
            UNION ALL
            SELECT count(*) || ' runs for key ' || external_id FROM runs WHERE external_id IS NOT NULL
            GROUP BY external_id HAVING count(*) > 1
            """
        )
    }

    /// I3: the attempts that are recorded are those that the subscriber saw, but for one at each interruption.
    private func attemptsAreTheWire() async throws -> [String] {
        let seen = Dictionary(grouping: wire, by: \.messageId).mapValues(\.count)
        var found: [String] = []
        let rows = try await pool.query(
            """
            SELECT d.message_id, d.attempts, count(a.number) + coalesce(sum(a.resends), 0)::integer AS recorded,
                count(a.number) FILTER (WHERE a.status IS NOT NULL) AS answered
            FROM deliveries d
            LEFT JOIN delivery_attempts a ON a.delivery_id = d.id
            GROUP BY d.id, d.message_id, d.attempts
            """
        )
        var known: Set<String> = []
        for row in rows {
            let id: String = try row.get("message_id")
            known.insert(id)
            let (recorded, answered) = (
                try row.get("recorded", as: Int.self), try row.get("answered", as: Int.self)
            )
            let count = seen[id] ?? 0
            if answered > count {
                found.append("I3: \(id) has \(answered) answered attempts, the wire \(count)")
            }
            if count > recorded + interruptions {
                found.append("I3: \(id) came \(count) times, \(recorded) attempts are recorded")
            }
        }
        for id in seen.keys where !known.contains(id) {
            found.append("I3: \(id) came and is not in the outbox")
        }
        return found
    }

    /// I4: one id, one signed text, however often it is sent.
    private func bytesAreFixed() async throws -> [String] {
        var digests: [String: String] = [:]
        for row in try await pool.query("SELECT id, encode(sha256(payload), 'hex') AS sha256 FROM messages") {
            digests[try row.get("id")] = try row.get("sha256")
        }
        return wire.compactMap { receipt in
            guard receipt.isVerified else { return "I4: \(receipt.messageId) came with a bad signature" }
            return digests[receipt.messageId] == receipt.bodySha256
                ? nil : "I4: \(receipt.messageId) came with other bytes than its event was committed with"
        }
    }

    /// I5: no state goes backwards, no attempt is counted down.
    private func nothingGoesBack() async throws -> [String] {
        try await lines(
            "I5",
            """
            SELECT record || ' ' || id || ' went from ' || was || ' (' || coalesce(attempt_was, 0) || ') to ' || became
                || ' (' || coalesce(attempt_became, 0) || ')' AS line
            FROM state_audit
            WHERE attempt_became < attempt_was
                OR record = 'runs' AND (was NOT IN ('started', 'analysis_complete') OR became = 'started')
                OR record = 'jobs' AND was IN ('completed', 'failed') AND became <> was
                OR record = 'outputs' AND (was IN ('rendered', 'failed') OR became = 'pending') AND became <> was
                OR record = 'tasks' AND was IN ('completed', 'failed', 'abandoned') AND became <> was
                OR record = 'tasks' AND became = 'minted' AND was <> 'minted' AND attempt_became = attempt_was
                OR record = 'deliveries' AND was <> 'pending'
            ORDER BY sequence
            """
        )
    }
}
