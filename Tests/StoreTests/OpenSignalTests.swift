import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Signals that show nothing but the address that they came to.
@Suite struct OpenSignalTests {
    private static let digest = [UInt8](repeating: 7, count: 32)

    /// A task at its provider, which gave it an id unless it is nil.
    private func task(_ fixture: Fixture, externalId: String? = "j1") async throws -> ClaimedTask {
        let due = try await fixture.submitting(tokenDigest: Self.digest)
        if let externalId {
            #expect(
                try await fixture.store.taskDispatched(due.lease, externalId: externalId, nextPollMs: 60_000)
            )
        }
        return due
    }

    private func send(
        _ fixture: Fixture,
        _ messageId: String,
        trust: String = "capability"
    ) async throws -> CallbackReceipt {
        try await fixture.store.receive(
            NewCallback(
                provider: "worker",
                address: .token(digest: Self.digest),
                messageId: messageId,
                trust: trust,
                headersJSON: "{}",
                body: Data(messageId.utf8),
                bodySha256: messageId,
                read: { _, _ in .needsLook }
            )
        )
    }

    private func claim(_ fixture: Fixture) async throws -> [CallbackRecord] {
        try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 60)
    }

    private func count(_ fixture: Fixture) async throws -> Int {
        try await fixture.database.pool.query("SELECT count(*) AS n FROM callbacks")[0].get("n")
    }

    @Test func `one waits for its task to be asked about, and others are not kept`() async throws {
        let fixture = try await Fixture.make()
        _ = try await task(fixture)
        #expect(try await send(fixture, "m1") == .stored)
        for index in 2..<30 { #expect(try await send(fixture, "m\(index)") == .duplicate) }
        #expect(try await count(fixture) == 1)

        // What comes while the first one is followed may be news to it.
        let first = try #require(try await claim(fixture).first)
        #expect(try await send(fixture, "late") == .stored)
        #expect(try await send(fixture, "later") == .duplicate)
        #expect(try await claim(fixture).isEmpty)
        #expect(try await fixture.store.finishCallback(first, result: .progress))
        // Nor at once after that.
        #expect(try await claim(fixture).isEmpty)
        try await fixture.database.pool.execute(
            "UPDATE callbacks SET finished_at = now() - interval '2001 milliseconds' WHERE state = 'applied'"
        )
        #expect(try await claim(fixture).map(\.messageId) == ["late"])
    }

    @Test func `those that come together are one`() async throws {
        let fixture = try await Fixture.make()
        _ = try await task(fixture)
        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for index in 0..<20 { group.addTask { try await send(fixture, "m\(index)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { $0 == .stored } == 1 && receipts.count { $0 == .duplicate } == 19)
    }

    @Test func `after so many of a task no more of them are followed`() async throws {
        let fixture = try await Fixture.make()
        let task = try await task(fixture)
        #expect(try await send(fixture, "first") == .stored)
        func followed(_ count: Int) async throws {
            try await fixture.database.pool.execute(
                "UPDATE callbacks SET state = 'applied', result = 'progress', finished_at = now() WHERE state = 'stored'"
            )
            try await fixture.database.pool.execute(
                """
                INSERT INTO callbacks (id, task_id, provider, message_id, trust, headers, body, body_sha256, state, result,
                    finished_at)
                SELECT 'cb_' || n, \(task.task.id), 'worker', 'old' || n, 'capability', '{}', '', 's', 'applied',
                    'progress', now()
                FROM generate_series(2, \(count)) n
                """
            )
        }
        try await followed(199)
        #expect(try await send(fixture, "last") == .stored)
        try await fixture.database.pool.execute(
            "UPDATE callbacks SET state = 'applied', result = 'progress', finished_at = now() WHERE state = 'stored'"
        )
        #expect(try await send(fixture, "beyond") == .duplicate)
        // Who proves to be the provider is heard.
        #expect(try await send(fixture, "proved", trust: "secret") == .stored)
    }

    @Test func `while nobody knows the task's id some may wait, for one of them may name it`() async throws {
        let fixture = try await Fixture.make()
        _ = try await task(fixture, externalId: nil)
        for index in 0..<20 { #expect(try await send(fixture, "m\(index)") == .stored) }
        #expect(try await send(fixture, "beyond") == .duplicate)
        #expect(try await claim(fixture).count == 10)
        #expect(try await claim(fixture).count == 10)
    }

    @Test func `callbacks that prove their sender are all kept and followed`() async throws {
        let fixture = try await Fixture.make()
        _ = try await task(fixture)
        for trust in ["secret", "signed"] {
            for index in 0..<3 {
                #expect(try await send(fixture, "\(trust)\(index)", trust: trust) == .stored)
            }
        }
        #expect(try await send(fixture, "open") == .stored)
        #expect(try await claim(fixture).count == 7)
    }
}
