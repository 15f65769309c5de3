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

        func record(
            _ messageId: String,
            body: String = "{}",
            verification: CallbackVerification = .verified,
            tokenDigest: [UInt8]? = nil
        ) async throws -> CallbackReceipt {
            try await fixture.store.recordCallback(
                provider: "worker",
                tokenDigest: tokenDigest ?? task.tokenDigest,
                messageId: messageId,
                headers: ["webhook-id": messageId],
                body: Data(body.utf8),
                bodySha256: "sha-of-\(body)",
                verification: verification,
                reason: verification == .rejected ? "bad signature" : nil
            )
        }
    }

    @Test func `a doubled callback is stored and applied once`() async throws {
        let inbox = try await Inbox.make()

        let receipts = try await withThrowingTaskGroup(of: CallbackReceipt.self) { group in
            for _ in 0..<8 { group.addTask { try await inbox.record("m1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { $0 == .stored } == 1)
        #expect(receipts.count { $0 == .duplicate } == 7)

        let store = inbox.fixture.store
        let claimed = try await store.claimCallbacks(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.messageId) == ["m1"])
        #expect(claimed[0].body == Data("{}".utf8))
        #expect(try await store.claimCallbacks(limit: 10, leaseSeconds: 30).isEmpty)
        #expect(
            try await store.finishCallback(
                id: claimed[0].id,
                leaseToken: claimed[0].leaseToken,
                result: "applied"
            )
        )
        #expect(
            try await !store.finishCallback(
                id: claimed[0].id,
                leaseToken: claimed[0].leaseToken,
                result: "applied"
            )
        )
        #expect(try await inbox.record("m1") == .duplicate)
        try await inbox.fixture.expireLeases("callbacks")
        #expect(try await store.claimCallbacks(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `the same id with another body is kept apart and never applied`() async throws {
        let inbox = try await Inbox.make()

        #expect(try await inbox.record("m1", body: "a") == .stored)
        #expect(try await inbox.record("m1", body: "b") == .conflict)

        #expect(try await inbox.fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30).count == 1)
    }

    @Test func `a forged callback cannot use up the id of the real one`() async throws {
        let inbox = try await Inbox.make()

        #expect(try await inbox.record("m1", body: "forged", verification: .rejected) == .rejected)
        #expect(try await inbox.record("m1", body: "real") == .stored)

        let claimed = try await inbox.fixture.store.claimCallbacks(limit: 10, leaseSeconds: 30)
        #expect(claimed.map(\.body) == [Data("real".utf8)])
    }

    @Test func `forged callbacks cannot fill the database`() async throws {
        let inbox = try await Inbox.make()

        for number in 0..<30 { _ = try await inbox.record("m\(number)", verification: .rejected) }

        let rows = try await inbox.fixture.database.pool.query("SELECT count(*) AS n FROM callbacks")
        #expect(try rows[0].get("n", as: Int.self) == 20)
    }

    @Test func `a callback without a task is unknown, and a dead worker's lease passes on`() async throws {
        let inbox = try await Inbox.make()

        #expect(try await inbox.record("m1", tokenDigest: [UInt8](repeating: 9, count: 32)) == .unknownTask)
        #expect(try await inbox.record("m2") == .stored)
        let first = try await inbox.fixture.store.claimCallbacks(limit: 1, leaseSeconds: 30)
        try await inbox.fixture.expireLeases("callbacks")
        let second = try await inbox.fixture.store.claimCallbacks(limit: 1, leaseSeconds: 30)

        #expect(first[0].id == second[0].id)
        #expect(
            try await !inbox.fixture.store.finishCallback(
                id: first[0].id,
                leaseToken: first[0].leaseToken,
                result: "late"
            )
        )
    }
}
