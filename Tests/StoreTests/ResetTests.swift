import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct ResetTests {
    @Test func `a failed run goes on after a reset, under a higher attempt`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let plan = try await fixture.advance(to: .plan)
        let problem = Problem(.noMoments, detail: "nothing is good enough")
        _ = try await fixture.store.failJob(plan.lease, problem: problem, retryAfterMs: nil)

        let outcome = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: id,
            stage: .plan,
            workflow: .shortsV1
        )

        #expect(outcome == .reset)
        #expect(try await fixture.state(id) == .started)
        #expect(try await fixture.job(id, .transcribe).state == .completed)
        let again = try await fixture.claimOne()
        #expect(again.job.stage == .plan && again.job.attempt > plan.job.attempt && again.job.tries == 1)
        #expect(try await !fixture.store.completeJob(plan.lease, artifacts: []))
    }

    @Test func `a reset takes the whole subtree back, and what it published is no longer shown`() async throws
    {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])
        #expect(try await fixture.state(id) == .fullyGenerated)

        let outcome = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: id,
            stage: .compose,
            workflow: .shortsV1
        )

        #expect(outcome == .reset)
        #expect(try await fixture.store.outputs(runId: id).isEmpty)
        #expect(try await fixture.store.artifacts(runId: id).isEmpty)
        #expect(try await fixture.rendered(tasks[0]) == .alreadySettled)
        let compose = try await fixture.claimOne()
        #expect(compose.job.stage == .compose)
        let short = Fixture.short(1)
        #expect(
            try await fixture.store.completeCompose(
                compose.lease,
                artifacts: [],
                compositionLocation: "x",
                shorts: [short]
            )
        )
        #expect(try await fixture.rendered(short.task) == .applied)
        #expect(try await fixture.state(id) == .fullyGenerated)
    }

    @Test func `one failed short is rendered again`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 2)
        let problem = Problem(.renderFailed, detail: "the encoder crashed")
        _ = try await fixture.rendered(tasks[0])
        _ = try await fixture.store.settleTask(
            taskId: tasks[1].id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: false)
        )
        #expect(try await fixture.state(id) == .deliveryFailed)
        let outputs = try await fixture.store.outputs(runId: id)

        #expect(
            try await fixture.store.retryOutput(tenantId: fixture.tenantId, id: outputs[0].id) == .conflict
        )
        #expect(try await fixture.store.retryOutput(tenantId: fixture.tenantId, id: outputs[1].id) == .reset)

        #expect(try await fixture.state(id) == .analysisComplete)
        let due = try await fixture.store.claimDueTasks(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.task.id) == [tasks[1].id] && due[0].task.attempt == 2)
        #expect(try await fixture.rendered(tasks[1], clip: "clip-02", attempt: 1) == .staleAttempt)
        #expect(try await fixture.rendered(tasks[1], clip: "clip-02", attempt: 2) == .applied)
        #expect(try await fixture.state(id) == .fullyGenerated)
    }

    @Test func `all shorts are rendered again under a new attempt of the job`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])

        let outcome = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: id,
            stage: .render,
            workflow: .shortsV1
        )

        #expect(outcome == .reset)
        #expect(try await fixture.rendered(tasks[0], attempt: 2) == .applied)
        #expect(try await fixture.state(id) == .fullyGenerated)
        #expect(try await fixture.store.outputs(runId: id)[0].renditions.count == 1)
    }

    @Test func `a cancelled run and a stage that never ran cannot be reset`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        func reset(_ stage: Stage, tenantId: String) async throws -> ResetOutcome {
            try await fixture.store.resetJob(tenantId: tenantId, runId: id, stage: stage, workflow: .shortsV1)
        }

        #expect(try await reset(.plan, tenantId: fixture.tenantId) == .conflict)
        #expect(try await reset(.plan, tenantId: "ten_other") == .notFound)
        _ = try await fixture.claimOne()
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        #expect(try await reset(.transcode, tenantId: fixture.tenantId) == .conflict)
    }
}
