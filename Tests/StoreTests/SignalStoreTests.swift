import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// What a signal of a hosted provider leads to before its task is settled.
@Suite struct SignalStoreTests {
    private static let digest = [UInt8](repeating: 7, count: 32)

    private func signal(_ fixture: Fixture, _ task: ClaimedTask) async throws -> CallbackRecord {
        let receipt = try await fixture.store.receive(
            NewCallback(
                provider: task.task.provider,
                address: .token(digest: Self.digest),
                messageId: "m",
                trust: "capability",
                query: "id=j1&status=done",
                headersJSON: "{}",
                body: Data(),
                bodySha256: "s",
                read: { _, _ in .needsLook }
            )
        )
        #expect(receipt == .stored)
        return try #require(try await fixture.store.claimCallbacks(limit: 1, leaseSeconds: 60).first)
    }

    private func nextActionMs(_ fixture: Fixture, _ id: String) async throws -> Int {
        try await fixture.database.pool.query(
            "SELECT (extract(epoch FROM next_action_at - now()) * 1000)::bigint AS ms FROM tasks WHERE id = \(id)"
        )[0].get("ms")
    }

    @Test func `how a callback came is kept with it`() async throws {
        let fixture = try await Fixture.make()
        let callback = try await signal(fixture, try await fixture.submitting(tokenDigest: Self.digest))
        #expect(callback.trust == "capability" && callback.query == "id=j1&status=done")
    }

    @Test func `an id that a callback names is taken on once, and the reply still counts`() async throws {
        let fixture = try await Fixture.make()
        let due = try await fixture.submitting(tokenDigest: Self.digest)
        func adopt(_ id: String, attempt: Int = 1) async throws -> Bool {
            try await fixture.store.adoptExternalId(
                taskId: due.task.id,
                attempt: attempt,
                externalId: id,
                nextPollMs: 1_000
            )
        }
        #expect(try await adopt("j1", attempt: 2) == false)
        #expect(try await adopt("j1"))
        #expect(try await adopt("j2") == false)
        let adopted = try #require(try await fixture.store.task(id: due.task.id))
        #expect(adopted.state == .dispatched && adopted.externalId == "j1")
        #expect(try await fixture.store.taskDispatched(due.lease, externalId: "j9", nextPollMs: 1_000))
        #expect(try await fixture.store.task(id: due.task.id)?.externalId == "j9")
    }

    @Test func `a callback that is left for later keeps its place, and is taken again`() async throws {
        let fixture = try await Fixture.make()
        let callback = try await signal(fixture, try await fixture.submitting(tokenDigest: Self.digest))
        #expect(try await fixture.store.deferCallback(callback, delayMs: 60_000))
        #expect(try await fixture.store.claimCallbacks(limit: 1, leaseSeconds: 60).isEmpty)
        #expect(try await fixture.store.deferCallback(callback, delayMs: -1))
        let again = try #require(try await fixture.store.claimCallbacks(limit: 1, leaseSeconds: 60).first)
        #expect(again.id == callback.id)
        // The token of before is no longer good.
        #expect(try await fixture.store.renewCallback(callback, leaseSeconds: 60) == false)
        #expect(try await fixture.store.renewCallback(again, leaseSeconds: 60))
        #expect(try await fixture.store.finishCallback(callback, result: .progress) == false)
    }

    @Test func `a refused signal makes the provider be asked, as long as there are not too many`()
        async throws
    {
        let fixture = try await Fixture.make()
        let due = try await fixture.submitting(tokenDigest: Self.digest)
        func refuse(asks: Bool) async throws {
            try await fixture.store.refuse(
                RefusedCallback(
                    provider: due.task.provider,
                    tokenDigest: Self.digest,
                    headersJSON: "{}",
                    body: Data("x".utf8),
                    bodySha256: "s",
                    reason: "wrong secret",
                    asks: asks
                )
            )
        }
        // Before the reply nobody can be asked.
        try await refuse(asks: true)
        #expect(try await nextActionMs(fixture, due.task.id) > 50_000)
        _ = try await fixture.store.taskDispatched(due.lease, externalId: "j1", nextPollMs: 60_000)
        try await refuse(asks: false)
        #expect(try await nextActionMs(fixture, due.task.id) > 50_000)
        try await refuse(asks: true)
        #expect(try await nextActionMs(fixture, due.task.id) <= 0)
        for _ in 0..<30 { try await refuse(asks: true) }
        try await fixture.database.pool.execute(
            "UPDATE tasks SET next_action_at = now() + interval '1 minute'"
        )
        try await refuse(asks: true)
        #expect(try await nextActionMs(fixture, due.task.id) > 50_000)
        let task = try #require(try await fixture.store.task(id: due.task.id))
        #expect(task.state == .dispatched && task.externalId == "j1")
    }

    @Test func `a claim brings so many bytes of callbacks into memory and no more`() async throws {
        let fixture = try await Fixture.make()
        let due = try await fixture.submitting(tokenDigest: Self.digest)
        let body = Data(repeating: 0x61, count: 17 << 20)
        for index in 0..<3 {
            _ = try await fixture.store.receive(
                NewCallback(
                    provider: due.task.provider,
                    address: .token(digest: Self.digest),
                    messageId: "m\(index)",
                    headersJSON: "{}",
                    body: body,
                    bodySha256: "s\(index)",
                    read: { _, _ in .needsLook }
                )
            )
        }
        // The second one goes beyond 32 MiB and is the last.
        #expect(try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 60).count == 2)
        #expect(try await fixture.store.claimCallbacks(limit: 10, leaseSeconds: 60).count == 1)
    }

    @Test func `a result of an attempt that was replaced is not noted`() async throws {
        let fixture = try await Fixture.make()
        let due = try await fixture.submitting(tokenDigest: Self.digest)
        func record(attempt: Int?) async throws -> Bool {
            try await fixture.store.recordUpload(
                taskId: due.task.id,
                attempt: attempt,
                name: "transcript.json",
                sha256: Fixture.sha256,
                sizeBytes: 1,
                mediaType: "application/json",
                location: "x"
            )
        }
        #expect(try await record(attempt: 1))
        #expect(try await record(attempt: 2) == false)
        #expect(try await record(attempt: nil))
    }
}
