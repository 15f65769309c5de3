import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing
import Threads

@Suite struct JobStoreTests {
    @Test func `only a stage whose needs are met can be claimed`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()

        let first = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)
        #expect(first.map(\.job.stage) == [.transcode])
        #expect(first[0].job.attempt == 1 && first[0].job.state == .inProgress)
        #expect(first[0].run.id == id)
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)

        let artifact = try Fixture.artifact("media.mp4")
        #expect(try await fixture.store.completeJob(first[0].lease, artifacts: [artifact], fingerprint: "f"))
        let second = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)
        #expect(second.map(\.job.stage) == [.transcribe])
        #expect(second[0].artifacts.map(\.name) == [artifact.name])
    }

    @Test func `a stage that must first fetch its source is claimed apart`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        _ = try await fixture.startRun()

        #expect(try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .short).isEmpty)
        let fetch = try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .fetching)
        #expect(fetch.map(\.job.stage) == [.transcode])

        _ = try await store.completeJob(fetch[0].lease, artifacts: [])
        #expect(try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .fetching).isEmpty)
        let next = try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .short)
        #expect(next.map(\.job.stage) == [.transcribe])
    }

    @Test func `a plan of a hosted model is claimed apart`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        _ = try await fixture.startRun()
        _ = try await store.releaseJob(try await fixture.advance(to: .plan).lease)
        let hosted = HostedEditors(names: ["hosted"], standard: "embedded")
        let standard = HostedEditors(names: ["hosted"], standard: "hosted")

        for (lane, editors) in [
            (ClaimLane.asking, hosted), (.fetching, hosted), (.fetching, standard), (.short, standard),
        ] {
            #expect(
                try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: lane, editors: editors).isEmpty
            )
        }
        let asking = try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .asking, editors: standard)
        #expect(asking.map(\.job.stage) == [.plan])
        _ = try await store.releaseJob(asking[0].lease)
        let short = try await store.claimJobs(limit: 10, leaseSeconds: 30, lane: .short, editors: hosted)
        #expect(short.map(\.job.stage) == [.plan])
    }

    @Test func `stages that do not need each other are claimed side by side`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let plan = try await fixture.advance(to: .plan)
        _ = try await fixture.store.completeJob(plan.lease, artifacts: [])

        let jobs = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)

        #expect(jobs.map(\.job.stage) == [.enhancePlan, .prepareMedia])
    }

    @Test func `concurrent claims never hand out a job twice`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        for _ in 0..<40 { _ = try await fixture.startRun() }

        // A claim looks at the longest ready only, and may find nothing while others hold those: ask until all are out.
        let claimed = Locked<[String]>([])
        let deadline = ContinuousClock.now + .seconds(60)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    while claimed.withLock({ Set($0).count }) < 40, ContinuousClock.now < deadline {
                        let ids = try await store.claimJobs(limit: 3, leaseSeconds: 600).map(\.job.id)
                        claimed.withLock { $0 += ids }
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(claimed.withLock { $0.count } == 40)
        #expect(claimed.withLock { Set($0).count } == 40)
    }

    @Test func `a late lease token changes nothing`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let late = try await fixture.claimOne()
        try await fixture.expireLeases("jobs")
        let current = try await fixture.claimOne()
        let problem = Problem(.stageFailed, detail: "too late")
        let artifact = try Fixture.artifact("media.mp4")

        #expect(current.job.id == late.job.id && current.job.attempt == 2)
        #expect(try await !fixture.store.completeJob(late.lease, artifacts: [artifact]))
        #expect(try await !fixture.store.failJob(late.lease, problem: problem, retryAfterMs: nil))
        #expect(try await !fixture.store.failJob(late.lease, problem: problem, retryAfterMs: 0))
        #expect(try await fixture.store.mintTask(late.lease, Fixture.newTask()) == nil)
        #expect(try await fixture.store.heartbeatJobs([late.lease], leaseSeconds: 30).isEmpty)
        #expect(try await fixture.store.heartbeatJobs([current.lease], leaseSeconds: 30) == [current.job.id])

        #expect(try await fixture.state(id) == .started)
        #expect(try await fixture.job(id, .transcode).state == .inProgress)
        #expect(try await fixture.store.artifacts(runId: id).isEmpty)
        #expect(try await fixture.store.completeJob(current.lease, artifacts: [artifact]))
    }

    @Test func `completing twice publishes once`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let claimed = try await fixture.claimOne()
        let artifact = try Fixture.artifact("media.mp4")

        #expect(try await fixture.store.completeJob(claimed.lease, artifacts: [artifact]))
        #expect(try await !fixture.store.completeJob(claimed.lease, artifacts: [artifact]))

        #expect(try await fixture.store.artifacts(runId: id).count == 1)
        #expect(try await fixture.eventTypes(id) == ["run.started", "job.started", "job.completed"])
    }

    @Test func `a job that is tried again waits its delay and gets a higher attempt`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let first = try await fixture.claimOne()
        let problem = Problem(.stageFailed, detail: "once more")

        #expect(try await fixture.store.failJob(first.lease, problem: problem, retryAfterMs: 60_000))
        #expect(try await fixture.store.claimJobs(limit: 1, leaseSeconds: 30).isEmpty)
        try await fixture.skipDelays()
        let second = try await fixture.claimOne()

        #expect(second.job.attempt == 2 && second.job.tries == 2)
        #expect(try await fixture.state(id) == .started)
        #expect(
            try await fixture.eventTypes(id) == ["run.started", "job.started", "job.retrying", "job.started"]
        )
    }

    @Test func `a stage that fails for good fails its run and abandons what is under way`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let plan = try await fixture.advance(to: .plan)
        _ = try await fixture.store.completeJob(plan.lease, artifacts: [])
        let siblings = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)
        let task = Fixture.newTask()
        _ = try await fixture.store.mintTask(siblings[1].lease, task)
        let problem = Problem(.noMoments, detail: "nothing is good enough")

        #expect(try await fixture.store.failJob(siblings[0].lease, problem: problem, retryAfterMs: nil))

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "failed" && view.workflow.state == "failed")
        #expect(view.error == problem)
        #expect(view.jobs?.contains { $0.state == "in_progress" } == false)
        #expect(try await fixture.store.task(id: task.id)?.state == .abandoned)
        #expect(try await fixture.messageTypes() == ["run.failed"])
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `compose closes the workflow and starts one render per short`() async throws {
        let fixture = try await Fixture.make()

        let (id, tasks) = try await fixture.render(shorts: 3)

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "analysis_complete" && view.workflow.state == "completed")
        #expect(view.delivery.total == 3 && view.delivery.pending == 3)
        #expect(view.jobs?.last?.state == "in_progress")
        #expect(try await fixture.messageTypes() == ["run.analysis_completed"])
        let due = try await fixture.store.claimDueTasks(limit: 10, leaseSeconds: 30)
        #expect(Set(due.map(\.task.id)) == Set(tasks.map(\.id)))
        #expect(due.allSatisfy { $0.output != nil && $0.job.stage == .render })
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)
    }

    @Test func `a job that is given back is claimed again without counting as tried`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let first = try await fixture.claimOne()

        #expect(try await fixture.store.releaseJob(first.lease))
        let second = try await fixture.claimOne()

        #expect(second.job.tries == 1 && second.job.attempt == 2)
    }
}
