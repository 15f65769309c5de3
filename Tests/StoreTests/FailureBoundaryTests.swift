import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// What a failure ends: an attempt, a short, the delivery, or the whole run; and when it is tried again.
@Suite struct FailureBoundaryTests {
    /// One problem of each class that may pass.
    static let passing: [Problem] = [
        Problem(.providerBusy, detail: "no room"),
        Problem(.providerUnreachable, detail: "away"),
        Problem(.providerRefused, detail: "not now", retryable: true),
        Problem(.deadlineExceeded, detail: "too long"),
        Problem(.stageFailed, detail: "the decoder crashed"),
        Problem(.artifactMissing, detail: "cut off"),
        Problem(.internalError, detail: "a mistake of ours"),
    ]

    static let final: [Problem] = [
        Problem(.sourceNoSpeech, detail: "only music"),
        Problem(.providerRefused, detail: "never"),
        Problem(.artifactInvalid, detail: "out of order"),
        Problem(.stageFailed, detail: "no such codec", retryable: false),
    ]

    private func failOnce(_ fixture: Fixture, _ problem: Problem) async throws {
        let job = try await fixture.claimOne()
        let task = Fixture.newTask()
        _ = try await fixture.store.mintTask(job.lease, task)
        let settled = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: problem.retryable ?? false)
        )
        #expect(settled == .applied)
    }

    @Test(arguments: passing)
    func `a stage is tried as often as the class of its failure allows, and then fails the run`(
        problem: Problem
    ) async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let attemptsMax = RetryPolicy.of(problem.failureClass).attemptsMax

        for attempt in 1...attemptsMax {
            #expect(try await fixture.state(id) == .started)
            try await failOnce(fixture, problem)
            guard attempt < attemptsMax else { break }
            let job = try await fixture.job(id, .transcode)
            #expect(job.state == .pending && job.problem == problem)
            try await fixture.skipDelays()
        }

        #expect(try await fixture.state(id) == .failed)
        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.workflow.state == "failed" && view.error == problem && view.error?.retryable == true)
        #expect(view.delivery.total == 0)
        #expect(try await fixture.job(id, .transcode).tries == attemptsMax)
    }

    @Test(arguments: final)
    func `a failure that no attempt can mend ends the run at once, and says so`(problem: Problem) async throws
    {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()

        try await failOnce(fixture, problem)

        #expect(try await fixture.state(id) == .failed)
        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.error == problem && view.error?.retryable == false)
    }

    @Test func `pauses follow the class: soon for a busy provider, later for one that is away`() async throws
    {
        func pauseMs(_ problem: Problem) async throws -> Int {
            let fixture = try await Fixture.make()
            let id = try await fixture.startRun()
            try await failOnce(fixture, problem)
            let rows = try await fixture.database.pool.query(
                """
                SELECT round(extract(epoch FROM j.not_before - e.created_at) * 1000)::bigint AS pause
                FROM jobs j
                JOIN events e ON e.run_id = j.run_id AND e.type = 'job.retrying'
                WHERE j.run_id = \(id) AND j.stage = 'transcode'
                """
            )
            return try rows[0].get("pause")
        }

        #expect(try await pauseMs(Problem(.providerBusy, detail: "no room")) == 500)
        #expect(try await pauseMs(Problem(.providerUnreachable, detail: "away")) == 2_000)
        #expect(try await pauseMs(Problem(.deadlineExceeded, detail: "too long")) == 5_000)
    }

    @Test func `a short that fails leaves the workflow completed and the others alone`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 3)
        let problem = Problem(.renderFailed, detail: "no such font", retryable: false)

        for (index, task) in tasks.enumerated() where index != 1 {
            #expect(try await fixture.rendered(task, clip: "clip-0\(index + 1)") == .applied)
            #expect(try await fixture.state(id) == .analysisComplete)
        }
        _ = try await fixture.store.settleTask(
            taskId: tasks[1].id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: false)
        )

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "delivery_failed" && view.workflow.state == "completed" && view.error == nil)
        #expect(view.delivery.state == "partially_failed")
        #expect(view.delivery.rendered == 2 && view.delivery.failed == 1)
        #expect(try await fixture.job(id, .render).state == .completed)
        #expect(try await fixture.messageTypes().contains("delivery.partially_failed"))
    }

    @Test func `forty shorts that end at once close the delivery once`() async throws {
        let fixture = try await Fixture.make()
        let count = 40
        let (id, tasks) = try await fixture.render(shorts: count)
        let problem = Problem(.renderFailed, detail: "no such font", retryable: false)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, task) in tasks.enumerated() {
                for _ in 0..<2 {
                    group.addTask {
                        _ = try await fixture.store.settleTask(
                            taskId: task.id,
                            attempt: 1,
                            outcome: index == 7
                                ? .failed(problem, isRetryable: false) : .completed(artifacts: [])
                        )
                    }
                }
            }
            try await group.waitForAll()
        }

        #expect(try await fixture.state(id) == .deliveryFailed)
        let events = try await fixture.eventTypes(id)
        #expect(events.count { $0 == "delivery.partially_failed" } == 1)
        #expect(events.count { $0 == "output.rendered" } == count - 1)
        let rows = try await fixture.database.pool.query("SELECT outputs_open FROM runs WHERE id = \(id)")
        #expect(try rows[0].get("outputs_open", as: Int.self) == 0)
    }
}
