import StudioSupport
import Testing

/// The checker itself: each rule is broken by hand, and the checker says which.
@Suite struct InvariantsTests {
    /// One way to break a rule in the database of a run that went well.
    struct Breach: Sendable, CustomTestStringConvertible {
        let rule: String
        let statements: [String]

        var testDescription: String { rule }
    }

    @Test func `each rule that is broken is named`() async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make()
            try await rig.gateways[0].start()
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await rig.quiesce()
            try await rig.gateways[0].kill()
            #expect(try await rig.violations(accepted: [id], interruptions: 0) == [])

            #expect(try await rig.rules(accepted: [id, "run_lost"], after: []) == ["I1"])
            for breach in Self.breaches {
                let broken = try await rig.rules(accepted: [id], after: breach.statements)
                #expect(broken.contains(breach.rule), "\(breach.statements)")
            }
        }
    }

    private static let breaches = [
        Breach(
            rule: "I1",
            statements: ["UPDATE callbacks SET state = 'stored', result = NULL, finished_at = NULL"]
        ),
        Breach(rule: "I1", statements: ["DELETE FROM messages WHERE event_type = 'delivery.completed'"]),
        Breach(
            rule: "I2",
            statements: [
                """
                INSERT INTO messages (id, tenant_id, run_id, output_id, event_type, payload)
                SELECT 'msg_twice', tenant_id, run_id, output_id, event_type, payload FROM messages
                WHERE event_type = 'delivery.completed'
                """
            ]
        ),
        Breach(rule: "I3", statements: ["DELETE FROM delivery_attempts"]),
        Breach(rule: "I4", statements: ["UPDATE messages SET payload = payload || ' '::bytea"]),
        Breach(
            rule: "I5",
            statements: [
                """
                INSERT INTO state_audit (record, id, was, became, attempt_was, attempt_became)
                VALUES ('tasks', 'tsk_1', 'completed', 'minted', 1, 1)
                """
            ]
        ),
        Breach(rule: "I6", statements: ["DELETE FROM renditions"]),
        Breach(rule: "I6", statements: ["UPDATE tasks SET attempt = attempt + 1 WHERE kind = 'render'"]),
        Breach(
            rule: "I7",
            statements: [
                // The work of two stages, as if it had been done for one.
                """
                UPDATE tasks SET job_id = (SELECT job_id FROM tasks WHERE kind = 'transcode'), output_id = NULL
                WHERE kind = 'transcribe'
                """
            ]
        ),
    ]
}
