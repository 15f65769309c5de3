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
            try await fixture.store.retryOutput(tenantId: fixture.tenantId, id: outputs[0].id)
                == .conflict("The output is 'rendered'; only a failed one is rendered again.")
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

    @Test func `a run that was over says so again when it closes again`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])

        _ = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: id,
            stage: .render,
            workflow: .shortsV1
        )
        #expect(try await fixture.messageTypes().count { $0 == "delivery.completed" } == 1)
        _ = try await fixture.rendered(tasks[0], attempt: 2)

        #expect(try await fixture.messageTypes().count { $0 == "delivery.completed" } == 2)
        #expect(try await fixture.eventTypes(id).last == "delivery.completed")
    }

    @Test func `what cannot be reset says why`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        func refusal(_ stage: Stage) async throws -> String? {
            let outcome = try await fixture.store.resetJob(
                tenantId: fixture.tenantId,
                runId: id,
                stage: stage,
                workflow: .shortsV1
            )
            guard case .conflict(let reason) = outcome else { return nil }
            return reason
        }

        #expect(try await refusal(.transcode) == "Stage 'transcode' is 'pending' and has not run yet.")
        #expect(try await refusal(.plan)?.contains("needs 'transcribe' ('pending')") == true)
        #expect(
            try await fixture.store.resetJob(
                tenantId: "ten_other",
                runId: id,
                stage: .plan,
                workflow: .shortsV1
            ) == .notFound
        )
        let job = try await fixture.claimOne()
        #expect(try await refusal(.transcode)?.contains("is 'in_progress'") == true)
        _ = try await fixture.store.completeJob(
            job.lease,
            artifacts: [try Fixture.artifact("media.mp4")]
        )
        let transcribe = try await fixture.claimOne()
        _ = try await fixture.store.failJob(
            transcribe.lease,
            problem: Problem(.sourceNoSpeech, detail: "only music"),
            retryAfterMs: nil
        )
        try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = now()")
        #expect(
            try await refusal(.transcribe)?.contains("'media.mp4' of stage 'transcode' is not kept") == true
        )
        try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = NULL")
        #expect(try await refusal(.transcribe) == nil)
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        #expect(try await refusal(.transcode)?.contains("'cancelled'") == true)
    }
}
