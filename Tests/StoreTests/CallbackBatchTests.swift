import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Callbacks that are applied in the transaction that stores them.
@Suite struct CallbackBatchTests {
    /// Callbacks of a provider that names tasks by the ids that it gave them.
    private struct Hook {
        let fixture: Fixture

        func receive(
            _ externalId: String,
            event: String,
            state: TaskReport.State = .completed,
            body: String = "{}",
            attempt: Int = 0,
            aboutOutput: String? = nil
        ) async throws -> CallbackReceipt {
            try await fixture.store.receive(
                NewCallback(
                    provider: "worker",
                    address: .external(id: externalId),
                    messageId: event,
                    headersJSON: "{}",
                    body: Data(body.utf8),
                    bodySha256: body,
                    read: { taskId, outputId in
                        if let aboutOutput, aboutOutput != outputId { return .unreadable("another short") }
                        return .report(
                            TaskReport(taskId: taskId, attempt: attempt, state: state, progress: 0.5)
                        )
                    }
                )
            )
        }

        /// Gives the run's tasks the ids `prefix1`, `prefix2` and so on.
        func dispatch(_ prefix: String) async throws {
            let due = try await fixture.store.claimDueTasks(limit: 100, leaseSeconds: 30)
                .sorted { ($0.output?.ordinal ?? 0) < ($1.output?.ordinal ?? 0) }
            for (index, claimed) in due.enumerated() {
                let isTaken = try await fixture.store.taskDispatched(
                    claimed.lease,
                    externalId: "\(prefix)\(index + 1)",
                    nextPollMs: 60_000
                )
                guard isTaken else { throw FixtureError.unexpected }
            }
        }

        func rows(_ state: CallbackState) async throws -> [Row] {
            try await fixture.database.pool.query(
                "SELECT * FROM callbacks WHERE state = \(state.rawValue) ORDER BY received_at, id"
            )
        }
    }

    @Test func `what nobody wants is told to nobody, until the tenant reads its feed`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        _ = try await fixture.addEndpoint(["endpoint.*"])
        let (_, tasks) = try await fixture.render(shorts: 2)
        try await hook.dispatch("r")

        _ = try await hook.receive("r1", event: "e1")
        let unread = try await fixture.messageTypes()
        try await fixture.store.noteFeedRead(tenantId: fixture.tenantId)
        _ = try await hook.receive("r2", event: "e2")

        #expect(tasks.count == 2 && !unread.contains("output.rendered"))
        let types = try await fixture.messageTypes()
        #expect(types.contains("output.rendered") && types.contains("delivery.completed"))
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `callbacks that come together are stored and applied, and the last one closes the run`()
        async throws
    {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        _ = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://example.com/hook",
            eventTypes: ["delivery.completed"],
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { endpoint in StoredResponse(status: 201, headers: [:], body: Data(endpoint.id.utf8)) }
        let (id, _) = try await fixture.render(shorts: 8)
        try await hook.dispatch("r")

        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for number in 1...8 {
                for _ in 0..<100 {
                    group.addTask { try await hook.receive("r\(number)", event: "e\(number)") }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(receipts.count { $0 == .duplicate } == 8 * 99)
        #expect(try await hook.rows(.applied).count == 8)
        #expect(try await fixture.state(id) == .fullyGenerated)
        #expect(try await fixture.job(id, .render).state == .completed)
        #expect(try await fixture.store.outputs(runId: id).allSatisfy { $0.state == .rendered })
        let events = try await fixture.eventTypes(id)
        #expect(events.count { $0 == "output.rendered" } == 8)
        #expect(events.suffix(2) == ["job.completed", "delivery.completed"])
        // Nobody asked for the others.
        let messages = try await fixture.store.messages(tenantId: fixture.tenantId, limit: 100, after: nil)
            .data
        let closing = try #require(messages.first { $0.eventType == "delivery.completed" })
        #expect(messages.count { $0.eventType == "output.rendered" } == 0)
        let envelope = try await WireJSON.decode(EventEnvelope.self, from: fixture.payload(of: closing.id))
        #expect(envelope.data.run?.state == "fully_generated" && envelope.data.run?.progress == 1)
        #expect(envelope.data.outputs?.count == 8)
        #expect(try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30).count == 1)
        #expect(receipts.count { $0 == .applied(.applied, givesWork: false) } == 8)
        #expect(envelope.data.run?.delivery.rendered == 8 && envelope.data.run?.delivery.ready == 0)
        #expect(fixture.store.shorts.snapshot.map(\.count) == [0, 0, 8, 0])
    }

    @Test func `a callback that comes before the reply to its dispatch is kept, once, and matched`()
        async throws
    {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, tasks) = try await fixture.render(shorts: 1)

        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for _ in 0..<100 { group.addTask { try await hook.receive("r1", event: "e1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { $0 == .unmatched } == 1)
        #expect(receipts.count { $0 == .duplicate } == 99)
        #expect(try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30).isEmpty)
        #expect(try await fixture.state(id) == .analysisComplete)

        try await hook.dispatch("r")
        let claimed = try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.taskId) == [tasks[0].id])
    }

    @Test func `callbacks of a run that is locked do not delay those of another`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (lockedId, _) = try await fixture.render(shorts: 4)
        try await hook.dispatch("locked")
        let (freeId, _) = try await fixture.render(shorts: 8)
        try await hook.dispatch("free")
        var waiting: [Task<CallbackReceipt, any Error>] = []

        try await HeldTransaction.during(
            "SELECT id FROM runs WHERE id = \(lockedId) FOR UPDATE",
            in: fixture.database
        ) {
            let start = ContinuousClock.now
            waiting = (1...4).map { number in
                Task { try await hook.receive("locked\(number)", event: "e\(number)") }
            }
            try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
                for number in 1...8 {
                    group.addTask { try await hook.receive("free\(number)", event: "f\(number)") }
                }
                try await group.waitForAll()
            }
            // Waiting for the lock as often as one alone may takes ten seconds.
            #expect(ContinuousClock.now - start < .seconds(8))
            #expect(try await fixture.state(freeId) == .fullyGenerated)
        }

        for one in waiting { _ = try await one.value }
        #expect(try await fixture.state(lockedId) == .fullyGenerated)
    }

    @Test func `the first end of a task stands, whatever is said later`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, tasks) = try await fixture.render(shorts: 2)
        try await hook.dispatch("r")

        // A poll says done, then a callback says failed.
        #expect(try await fixture.rendered(tasks[0]) == .applied)
        #expect(
            try await hook.receive("r1", event: "e1", state: .failed)
                == .applied(.alreadySettled, givesWork: false)
        )
        // A callback says done, then others say otherwise.
        #expect(
            try await hook.receive("r2", event: "e2", state: .running)
                == .applied(.progress, givesWork: false)
        )
        #expect(try await hook.receive("r2", event: "e3") == .applied(.applied, givesWork: false))
        #expect(
            try await hook.receive("r2", event: "e4", state: .failed)
                == .applied(.alreadySettled, givesWork: false)
        )
        #expect(
            try await hook.receive("r2", event: "e5", state: .running)
                == .applied(.alreadySettled, givesWork: false)
        )

        #expect(try await fixture.state(id) == .fullyGenerated)
        let results = try await hook.rows(.applied).map { try $0.get("result", as: String.self) }
        #expect(results == ["already_settled", "progress", "applied", "already_settled", "already_settled"])
    }

    @Test func `contradictions that come at once leave one end`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, _) = try await fixture.render(shorts: 4)
        try await hook.dispatch("r")

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...4 {
                for round in 0..<10 {
                    let state: TaskReport.State = round.isMultiple(of: 2) ? .completed : .cancelled
                    group.addTask {
                        _ = try await hook.receive("r\(number)", event: "e\(number)-\(round)", state: state)
                    }
                }
            }
            try await group.waitForAll()
        }

        let applied = try await hook.rows(.applied).filter {
            try $0.get("result", as: String.self) == "applied"
        }
        let rendered = try await fixture.store.outputs(runId: id).count { $0.state == .rendered }
        let retried = try await fixture.eventTypes(id).count { $0 == "task.redispatched" }
        #expect(applied.count == rendered + retried && rendered + retried == 4)
        let open = try await fixture.database.pool.query("SELECT outputs_open FROM runs WHERE id = \(id)")
        #expect(try open[0].get("outputs_open", as: Int.self) == 4 - rendered)
    }

    @Test func `after a cancel, and of an older attempt, a callback changes nothing`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, _) = try await fixture.render(shorts: 2)
        try await hook.dispatch("r")

        // The provider cancels the task itself: it gets another attempt, and with it another id.
        #expect(
            try await hook.receive("r1", event: "e1", state: .cancelled)
                == .applied(.applied, givesWork: true)
        )
        #expect(try await hook.receive("r1", event: "e2") == .unmatched)
        #expect(
            try await hook.receive("r2", event: "e3", attempt: 7)
                == .applied(.unknownAttempt, givesWork: false)
        )

        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        #expect(try await hook.receive("r2", event: "e4") == .applied(.alreadySettled, givesWork: false))
        #expect(try await fixture.state(id) == .cancelled)
    }

    @Test func `what is told about another short than the task's ends neither`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, _) = try await fixture.render(shorts: 2)
        try await hook.dispatch("r")
        let outputs = try await fixture.store.outputs(runId: id).map(\.id)
        let first = try #require(outputs.first)
        let last = try #require(outputs.last)

        #expect(try await hook.receive("r1", event: "e1", aboutOutput: last) == .unreadable)
        #expect(try await fixture.store.outputs(runId: id).allSatisfy { $0.state != .rendered })
        #expect(
            try await hook.receive("r1", event: "e2", aboutOutput: first)
                == .applied(.applied, givesWork: false)
        )
        #expect(try await hook.rows(.quarantined).count == 1)
    }

    @Test func `one callback that cannot be stored costs no other`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        let (id, _) = try await fixture.render(shorts: 8)
        try await hook.dispatch("r")

        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 1...8 {
                group.addTask {
                    do {
                        // Postgres takes no text with a zero byte.
                        let event = number == 3 ? "e\u{0}" : "e\(number)"
                        _ = try await hook.receive("r\(number)", event: event)
                        return false
                    } catch {
                        return true
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(failures == 1)
        #expect(try await fixture.store.outputs(runId: id).count { $0.state == .rendered } == 7)
    }

    @Test func `another body under a known id, before and after the task is known, is set aside`()
        async throws
    {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        _ = try await fixture.render(shorts: 1)

        #expect(try await hook.receive("r1", event: "e1", body: "a") == .unmatched)
        for _ in 0..<3 { #expect(try await hook.receive("r1", event: "e1", body: "b") == .conflict) }
        try await hook.dispatch("r")
        #expect(
            try await hook.receive("r1", event: "e2", state: .running, body: "a")
                == .applied(.progress, givesWork: false)
        )
        #expect(try await hook.receive("r1", event: "e2", body: "b") == .conflict)

        // The first of them was about no task yet.
        for state in [CallbackState.rejected, .quarantined] {
            let rows = try await hook.rows(state)
            #expect(rows.count == 1)
            #expect(try rows[0].get("reason", as: String.self).contains("another body"))
        }
    }

    @Test func `a message that waited while it came again is not applied twice`() async throws {
        let fixture = try await Fixture.make()
        let hook = Hook(fixture: fixture)
        _ = try await fixture.render(shorts: 1)
        #expect(try await hook.receive("r1", event: "e1", body: "a") == .unmatched)
        #expect(try await hook.receive("r1", event: "e2", body: "a") == .unmatched)
        #expect(try await hook.receive("r1", event: "e3", body: "a") == .unmatched)
        try await hook.dispatch("r")
        #expect(
            try await hook.receive("r1", event: "e2", state: .running, body: "b")
                == .applied(.progress, givesWork: false)
        )
        #expect(try await hook.receive("r1", event: "e1", body: "a") == .applied(.applied, givesWork: false))

        let claimed = try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30)

        #expect(claimed.map(\.messageId) == ["e3"])
        let results = try await hook.rows(.applied).map { try $0.get("result", as: String.self) }
        #expect(results.sorted() == ["already_settled", "applied", "progress"])
        let aside = try await hook.rows(.quarantined)
        #expect(try aside.map { try $0.get("message_id", as: String.self) } == ["e2"])
    }
}
