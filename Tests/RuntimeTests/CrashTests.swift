import Contracts
import Foundation
import Pipeline
import RuntimeSupport
import Store
import Testing

@testable import Runtime

/// What a process leaves behind when it is killed, another one finishes.
@Suite struct CrashTests {
    @Test func `a task that was stored but never dispatched is dispatched`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let runId = try await harness.startRun()
        let claimed = try #require(try await harness.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let id = ResourceID.make(.task)
        let new = NewTask(
            id: id,
            provider: "worker",
            kind: "transcode",
            tokenDigest: harness.tokens.digest(taskId: id),
            deadlineMs: 60_000
        )
        _ = try await harness.store.mintTask(claimed.lease, new)

        let run = try await harness.serving { try await harness.ended(runId) }

        #expect(run.state == "fully_generated")
        #expect(harness.provider.submitted.first?.taskId == id)
    }

    @Test func `a callback that was stored but never applied is applied`() async throws {
        let harness = try await Harness { _, _ in .workUnheard }
        let runId = try await harness.startRun()
        let claimed = try #require(try await harness.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let id = ResourceID.make(.task)
        let new = NewTask(
            id: id,
            provider: "worker",
            kind: "transcode",
            tokenDigest: harness.tokens.digest(taskId: id),
            deadlineMs: 60_000
        )
        _ = try await harness.store.mintTask(claimed.lease, new)
        let base = "http://127.0.0.1:1/v1"
        let token = harness.tokens.token(taskId: id)
        let task = ProviderTask(
            taskId: id,
            attempt: 1,
            kind: .transcode,
            deadline: Date(),
            callbackUrl: "\(base)/callbacks/worker/\(token)",
            uploadUrl: "\(base)/uploads/\(token)",
            inputs: [],
            parameters: ProviderTask.Parameters()
        )
        let studio = FakeStudio(store: harness.store, artifacts: harness.artifacts)
        try await harness.provider.callBack(try await studio.work(task), task)

        let run = try await harness.serving { try await harness.ended(runId) }

        #expect(run.state == "fully_generated")
        // The other runs through the dispatch as well, if at all, under the same id and attempt.
        #expect(harness.provider.submitted.filter { $0.kind == .transcode }.allSatisfy { $0.taskId == id })
    }

    @Test func `a job whose process died is done again when its lease has run out`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let runId = try await harness.startRun()
        _ = try await harness.store.claimJobs(limit: 1, leaseSeconds: 0)

        let run = try await harness.serving { try await harness.ended(runId) }

        #expect(run.state == "fully_generated")
        let transcode = try await harness.store.jobs(runId: runId).first { $0.stage == .transcode }
        #expect(transcode?.attempt == 2)
        #expect(transcode?.tries == 1)
    }

    @Test func `a run goes on under another runtime wherever the first one stopped`() async throws {
        let harness = try await Harness { task, dispatches in
            task.kind == .prepareMedia && dispatches == 0 ? .keepRunning : .work(callbacks: 1)
        }
        let runId = try await harness.startRun()
        try await harness.serving { await harness.provider.waitForTask(.prepareMedia) }
        let task = try #require(harness.provider.submitted.last { $0.kind == .prepareMedia })
        let studio = FakeStudio(store: harness.store, artifacts: harness.artifacts)
        try await harness.provider.callBack(try await studio.work(task), task)

        let run = try await harness.serving { try await harness.ended(runId) }

        #expect(run.state == "fully_generated")
    }
}
