import Pipeline
import Store
import Testing

extension Fixture {
    /// A task of a new run whose dispatch is under way, at a callback address with a token of this digest.
    func submitting(tokenDigest: [UInt8]) async throws -> ClaimedTask {
        _ = try await startRun()
        let claimed = try await claimOne()
        var new = Self.newTask()
        new.tokenDigest = tokenDigest
        _ = try await store.mintTask(claimed.lease, new)
        let due = try #require(try await store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        #expect(try await store.taskSubmitting(due.lease, waitMs: 60_000, reason: nil))
        return due
    }
}
