import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct CallbackStoreTests {
    private struct Inbox {
        let fixture: Fixture
        let task: NewTask

        static func make() async throws -> Inbox {
            let fixture = try await Fixture.make()
            _ = try await fixture.startRun()
            let task = Fixture.newTask()
            let job = try await fixture.claimOne()
            _ = try await fixture.store.mintTask(job.lease, task)
            return Inbox(fixture: fixture, task: task)
        }

        /// What a worker's callback gives whose files are still to be looked at.
        func receive(
            _ messageId: String,
            body: String = "{}",
            tokenDigest: [UInt8]? = nil,
            meaning: NewCallback.Meaning = .needsLook
        ) async throws -> CallbackReceipt {
            try await fixture.store.receive(
                NewCallback(
                    provider: "worker",
                    address: .token(digest: tokenDigest ?? task.tokenDigest),
                    messageId: messageId,
                    headersJSON: #"{"webhook-id":"m"}"#,
                    body: Data(body.utf8),
                    bodySha256: "sha-of-\(body)",
                    read: { _, _ in meaning }
                )
            )
        }

        func refuse(_ body: String, tokenDigest: [UInt8]? = nil) async throws {
            try await fixture.store.refuse(
                RefusedCallback(
                    provider: "worker",
                    tokenDigest: tokenDigest ?? task.tokenDigest,
                    headersJSON: "{}",
                    body: Data(body.utf8),
                    bodySha256: "sha-of-\(body)",
                    reason: "bad signature"
                )
            )
        }

        func count(_ state: CallbackState) async throws -> Int {
            let rows = try await fixture.database.pool.query(
                "SELECT count(*) AS n FROM callbacks WHERE state = \(state.rawValue)"
            )
            return try rows[0].get("n")
        }
    }

    @Test func `a doubled callback is stored and applied once`() async throws {
        let inbox = try await Inbox.make()

        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for _ in 0..<100 { group.addTask { try await inbox.receive("m1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { $0 == .stored } == 1)
        #expect(receipts.count { $0 == .duplicate } == 99)

        let store = inbox.fixture.store
        let claimed = try await store.claimCallbacks(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.messageId) == ["m1"])
        #expect(claimed[0].body == Data("{}".utf8))
        #expect(try await store.claimCallbacks(limit: 10, leaseSeconds: 30).isEmpty)
        #expect(
            try await store.finishCallback(claimed[0], result: .applied)
        )
        #expect(
            try await !store.finishCallback(claimed[0], result: .applied)
        )
        #expect(try await inbox.receive("m1") == .duplicate)
        try await inbox.fixture.expireLeases("callbacks")
        #expect(try await store.claimCallbacks(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `the same id with another body is kept apart and never applied`() async throws {
        let inbox = try await Inbox.make()

        #expect(try await inbox.receive("m1", body: "a") == .stored)
        #expect(try await inbox.receive("m1", body: "b") == .conflict)

        #expect(try await inbox.fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30).count == 1)
        #expect(try await inbox.count(.quarantined) == 1)
    }

    @Test func `a forged callback cannot use up the id of the real one`() async throws {
        let inbox = try await Inbox.make()

        try await inbox.refuse("forged")
        #expect(try await inbox.receive("m1", body: "real") == .stored)

        let claimed = try await inbox.fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.body) == [Data("real".utf8)])
    }

    @Test func `forged callbacks cannot fill the database`() async throws {
        let inbox = try await Inbox.make()

        for number in 0..<30 { try await inbox.refuse("m\(number)") }

        #expect(try await inbox.count(.rejected) == 20)
    }

    @Test func `callbacks that nobody can read cannot fill the database, however many come at once`()
        async throws
    {
        let inbox = try await Inbox.make()

        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for number in 0..<100 {
                group.addTask { try await inbox.receive("m\(number)", meaning: .unreadable("no JSON")) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(receipts.allSatisfy { $0 == .unreadable })
        #expect(try await inbox.count(.quarantined) == 20)
    }

    @Test func `a callback without a task is unknown, and a dead worker's lease passes on`() async throws {
        let inbox = try await Inbox.make()

        #expect(try await inbox.receive("m1", tokenDigest: [UInt8](repeating: 9, count: 32)) == .unknownTask)
        #expect(try await inbox.receive("m2") == .stored)
        let first = try await inbox.fixture.store.claimCallbacks(limit: 1, leaseSeconds: 30)
        try await inbox.fixture.expireLeases("callbacks")
        let second = try await inbox.fixture.store.claimCallbacks(limit: 1, leaseSeconds: 30)

        #expect(first[0].id == second[0].id)
        #expect(
            try await !inbox.fixture.store.finishCallback(first[0], result: .applied)
        )
    }
}
