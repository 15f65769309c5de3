import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct TaskStoreTests {
    private func mint(_ fixture: Fixture) async throws -> (runId: String, task: NewTask) {
        let id = try await fixture.startRun()
        let task = Fixture.newTask()
        let job = try await fixture.claimOne()
        guard try await fixture.store.mintTask(job.lease, task) != nil else { throw FixtureError.unexpected }
        return (id, task)
    }

    private func claimTask(_ fixture: Fixture) async throws -> ClaimedTask {
        guard let task = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30).first else {
            throw FixtureError.nothingToClaim
        }
        return task
    }

    @Test func `a minted task is due at once, and its job waits without a lease`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)

        try await fixture.expireLeases("jobs")
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)
        let claimed = try await claimTask(fixture)

        #expect(claimed.task.id == task.id && claimed.task.state == .minted)
        #expect(claimed.run.id == id && claimed.job.stage == .transcode)
        #expect(try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30).isEmpty)
        #expect(try await fixture.store.taskDispatched(claimed.lease, externalId: "x1", nextPollMs: 60_000))
        #expect(try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30).isEmpty)
    }

    @Test func `a task completes its job once, whoever tells of it first`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)
        let store = fixture.store
        let media = AssetView.Media(container: "mp4", durationMs: 1_000, video: nil, audio: nil)
        let outcome = TaskOutcome.completed(
            artifacts: [try Fixture.artifact("media.mp4")],
            fingerprint: "f",
            media: media
        )

        let results = try await withThrowingTaskGroup(of: Settled.self) { group in
            for _ in 0..<8 {
                group.addTask { try await store.settleTask(taskId: task.id, attempt: 1, outcome: outcome) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(results.count { $0 == .applied } == 1)
        #expect(results.count { $0 == .alreadySettled } == 7)
        #expect(try await fixture.job(id, .transcode).state == .completed)
        #expect(try await store.artifacts(runId: id).count == 1)
        #expect(try await fixture.eventTypes(id).count { $0 == "job.completed" } == 1)
    }

    @Test func `a callback may come before the answer to the dispatch`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)
        let claimed = try await claimTask(fixture)

        let settled = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [])
        )
        let dispatched = try await fixture.store.taskDispatched(
            claimed.lease,
            externalId: "x1",
            nextPollMs: 1_000
        )

        #expect(settled == .applied)
        #expect(!dispatched)
        #expect(try await fixture.job(id, .transcode).state == .completed)
        #expect(try await fixture.store.task(id: task.id)?.state == .completed)
    }

    @Test func `a task that its provider forgot is dispatched anew, and its old reports are stale`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)
        let lost = Problem(.providerLostTask, detail: "no such task")
        _ = try await fixture.store.recordUpload(
            taskId: task.id,
            name: "media.mp4",
            sha256: Fixture.sha256,
            sizeBytes: 1,
            mediaType: "video/mp4",
            location: "x"
        )

        #expect(try await fixture.store.taskLost(try await claimTask(fixture).lease, problem: lost))
        #expect(try await fixture.store.uploads(taskId: task.id).isEmpty)
        let stale = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [])
        )
        #expect(stale == .staleAttempt)
        #expect(try await fixture.job(id, .transcode).state == .inProgress)

        for _ in 1..<Store.taskLossesMax {
            #expect(try await fixture.store.taskLost(try await claimTask(fixture).lease, problem: lost))
            #expect(try await fixture.state(id) == .started)
            try await fixture.skipDelays()
        }
        let last = try await claimTask(fixture)
        #expect(last.task.attempt == Store.taskLossesMax + 1)
        #expect(try await fixture.store.taskLost(last.lease, problem: lost))
        #expect(try await fixture.state(id) == .failed)
        #expect(try await fixture.store.run(tenantId: fixture.tenantId, id: id)?.problem == lost)
    }

    @Test func `a report about an attempt that was never made is unknown`() async throws {
        let fixture = try await Fixture.make()
        let (_, task) = try await mint(fixture)

        #expect(
            try await fixture.store.settleTask(taskId: task.id, attempt: 2, outcome: .cancelled) == .unknown
        )
        #expect(
            try await fixture.store.settleTask(taskId: "tsk_none", attempt: 1, outcome: .cancelled)
                == .unknown
        )
    }

    @Test func `a retryable failure puts the job back until its attempts are used up`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let problem = Problem(.stageFailed, detail: "the decoder crashed")

        for attempt in 1...RetryPolicy.stage.attemptsMax {
            let job = try await fixture.claimOne()
            let task = Fixture.newTask()
            #expect(job.job.attempt == attempt)
            _ = try await fixture.store.mintTask(job.lease, task)
            let settled = try await fixture.store.settleTask(
                taskId: task.id,
                attempt: 1,
                outcome: .failed(problem, isRetryable: true)
            )
            #expect(settled == .applied)
            #expect(try await fixture.store.claimJobs(limit: 1, leaseSeconds: 30).isEmpty)
            try await fixture.skipDelays()
        }

        #expect(try await fixture.state(id) == .failed)
        #expect(try await fixture.eventTypes(id).count { $0 == "job.retrying" } == 2)
    }

    @Test func `a lease on a task that was taken over changes nothing`() async throws {
        let fixture = try await Fixture.make()
        _ = try await mint(fixture)
        let late = try await claimTask(fixture)
        try await fixture.expireLeases("tasks")
        let current = try await claimTask(fixture)
        let problem = Problem(.providerLostTask, detail: "gone")

        #expect(try await !fixture.store.taskDispatched(late.lease, externalId: "late", nextPollMs: 1))
        #expect(try await !fixture.store.taskDeferred(late.lease, delayMs: 1, problem: nil))
        #expect(try await !fixture.store.taskPolled(late.lease, progress: 1, nextPollMs: 1))
        #expect(try await !fixture.store.taskLost(late.lease, problem: problem))
        #expect(try await fixture.store.taskDispatched(current.lease, externalId: "x1", nextPollMs: 1))
        #expect(try await fixture.store.task(id: current.task.id)?.externalId == "x1")
    }

    @Test func `progress only goes forward and stops at the end`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)
        let store = fixture.store

        try await store.recordProgress(taskId: task.id, attempt: 1, progress: 0.6)
        try await store.recordProgress(taskId: task.id, attempt: 1, progress: 0.4)
        try await store.recordProgress(taskId: task.id, attempt: 2, progress: 0.9)
        #expect(try await fixture.job(id, .transcode).progress == 0.6)
        try await store.recordProgress(taskId: task.id, attempt: 1, progress: .infinity)
        try await store.recordProgress(taskId: task.id, attempt: 1, progress: 7)
        #expect(try await fixture.job(id, .transcode).progress == 1)
        #expect(try await fixture.job(id, .transcode).state == .inProgress)
    }

    @Test func `uploads are taken while the task lives, the last of a name counts`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture)
        let other = String(repeating: "b", count: 64)
        let upload = { (digest: String) in
            try await fixture.store.recordUpload(
                taskId: task.id,
                name: "media.mp4",
                sha256: digest,
                sizeBytes: 1,
                mediaType: "video/mp4",
                location: "x"
            )
        }

        let target = try #require(try await fixture.store.uploadTarget(tokenDigest: task.tokenDigest))
        #expect(target.isLive && target.runId == id && target.stage == .transcode && target.attempt == 1)
        #expect(try await upload(Fixture.sha256))
        #expect(try await upload(other))
        #expect(try await fixture.store.uploads(taskId: task.id).map(\.sha256) == [other])

        _ = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [])
        )
        #expect(try await !upload(Fixture.sha256))
        #expect(try await fixture.store.uploadTarget(tokenDigest: task.tokenDigest)?.isLive == false)
        #expect(try await fixture.store.uploadTarget(tokenDigest: [1, 2]) == nil)
    }
}
