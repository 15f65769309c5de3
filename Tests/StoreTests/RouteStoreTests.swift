import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Stages that several providers may do.
@Suite struct RouteStoreTests {
    private static let refusal = Problem(.providerRefused, detail: "no such key", retryable: false)

    private func task(_ provider: String, hasFallback: Bool = false) -> NewTask {
        var task = Fixture.newTask()
        task.provider = provider
        task.hasFallback = hasFallback
        return task
    }

    private func complete(_ fixture: Fixture, _ task: TaskRecord) async throws -> Settled {
        _ = try await fixture.store.recordUpload(
            taskId: task.id,
            name: "transcript.json",
            sha256: Fixture.sha256,
            sizeBytes: 3,
            mediaType: "application/json",
            location: "t/\(task.provider)"
        )
        return try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [try Fixture.artifact("transcript.json")])
        )
    }

    private func fail(_ fixture: Fixture, _ task: TaskRecord) async throws -> Settled {
        try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .failed(Self.refusal, isRetryable: false)
        )
    }

    @Test func `a provider that gave up is written down, and the job is free for the next one`() async throws
    {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let first = try #require(
            try await fixture.store.mintTask(claimed.lease, task("a", hasFallback: true))
        )
        #expect(try await fail(fixture, first) == .applied)

        let job = try await fixture.job(claimed.run.id, .transcribe)
        #expect(job.state == .pending && job.tries == 0 && job.gaveUp == ["a"])
        #expect(job.warnings.map(\.code) == ["transcription-failed-over"])
        #expect(try await fixture.state(claimed.run.id) == .started)

        let again = try await fixture.claimOne()
        #expect(again.job.stage == .transcribe && again.job.attempt == 2 && again.job.tries == 1)
        // A new attempt keeps the reason, and adds to it.
        #expect(again.job.warnings.first?.detail.contains("no such key") == true)
        let second = try #require(try await fixture.store.mintTask(again.lease, task("b")))
        #expect(try await complete(fixture, second) == .applied)
        let done = try await fixture.job(claimed.run.id, .transcribe)
        #expect(done.state == .completed && done.provider == "b")
        #expect(done.warnings.map(\.code) == ["transcription-failed-over"])
    }

    @Test func `the run fails when the last one has given up`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let task = try #require(try await fixture.store.mintTask(claimed.lease, task("a")))
        #expect(try await fail(fixture, task) == .applied)
        #expect(try await fixture.state(claimed.run.id) == .failed)
    }

    @Test func `two results are held until both are there, and then one is picked`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let tasks = try #require(
            try await fixture.store.mintTasks(claimed.lease, [task("a"), task("b")])
        )
        #expect(tasks.map(\.isRacing) == [true, true])
        #expect(try await complete(fixture, tasks[0]) == .applied)
        #expect(try await fixture.job(claimed.run.id, .transcribe).state == .inProgress)
        #expect(try await fixture.store.claimJobs(limit: 5, leaseSeconds: 30).isEmpty)
        #expect(try await complete(fixture, tasks[1]) == .applied)
        #expect(try await complete(fixture, tasks[1]) == .alreadySettled)

        let pick = try await fixture.claimOne()
        let race = try #require(pick.job.raceAttempt)
        #expect(race == claimed.job.attempt && pick.job.attempt == race + 1 && pick.job.tries == 1)
        let held = try await fixture.store.heldResults(
            jobId: pick.job.id,
            raceAttempt: race,
            name: try #require(ArtifactName(parsing: "transcript.json"))
        )
        #expect(Set(held.map(\.provider)) == ["a", "b"])
        #expect(Set(held.map(\.upload.location)) == ["t/a", "t/b"])
    }

    @Test(arguments: [true, false])
    func `of two of which one gave up the other's result counts`(failsFirst: Bool) async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let tasks = try #require(
            try await fixture.store.mintTasks(claimed.lease, [task("a"), task("b")])
        )
        if failsFirst {
            #expect(try await fail(fixture, tasks[0]) == .applied)
            #expect(try await fixture.job(claimed.run.id, .transcribe).state == .inProgress)
            #expect(try await complete(fixture, tasks[1]) == .applied)
            let job = try await fixture.job(claimed.run.id, .transcribe)
            #expect(job.state == .completed && job.provider == "b" && job.gaveUp == ["a"])
        } else {
            #expect(try await complete(fixture, tasks[1]) == .applied)
            #expect(try await fail(fixture, tasks[0]) == .applied)
            let pick = try await fixture.claimOne()
            #expect(pick.job.gaveUp == ["a"] && pick.job.raceAttempt == claimed.job.attempt)
            #expect(pick.job.warnings.map(\.code) == ["transcription-failed-over"])
        }
    }

    @Test func `two that both gave up leave it to a third, or fail the run`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let tasks = try #require(
            try await fixture.store.mintTasks(
                claimed.lease,
                [task("a", hasFallback: true), task("b", hasFallback: true)]
            )
        )
        for task in tasks { #expect(try await fail(fixture, task) == .applied) }
        let next = try await fixture.claimOne()
        #expect(next.job.gaveUp == ["a", "b"] && next.job.raceAttempt == nil)
        let last = try #require(try await fixture.store.mintTask(next.lease, task("c")))
        #expect(try await fail(fixture, last) == .applied)
        #expect(try await fixture.state(claimed.run.id) == .failed)
    }

    @Test func `a reset forgets who gave up`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let first = try #require(
            try await fixture.store.mintTask(claimed.lease, task("a", hasFallback: true))
        )
        _ = try await fail(fixture, first)
        let again = try await fixture.claimOne()
        let second = try #require(try await fixture.store.mintTask(again.lease, task("b")))
        _ = try await fail(fixture, second)

        let outcome = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: claimed.run.id,
            stage: .transcribe,
            workflow: .shortsV1
        )
        #expect(outcome == .reset)
        let job = try await fixture.job(claimed.run.id, .transcribe)
        #expect(job.gaveUp.isEmpty && job.raceAttempt == nil && job.warnings.isEmpty)
    }

    @Test func `a stage has one live task, or one of each of two providers`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let claimed = try await fixture.advance(to: .transcribe)
        let task = try #require(try await fixture.store.mintTask(claimed.lease, task("a")))
        for (provider, isRacing, isAllowed) in [("b", false, false), ("a", true, true), ("a", true, false)] {
            let insert: SQL = """
                INSERT INTO tasks (id, run_id, job_id, job_attempt, provider, kind, token_digest, deadline_ms,
                    deadline_at, next_action_at, is_racing)
                SELECT \(ResourceID.make(.task)), run_id, job_id, job_attempt, \(provider), kind,
                    sha256(\(ResourceID.make(.task))::bytea), 1000, now(), now(), \(isRacing)
                FROM tasks WHERE id = \(task.id)
                """
            if isAllowed {
                try await fixture.database.pool.execute(insert)
            } else {
                await #expect(throws: (any Error).self) { try await fixture.database.pool.execute(insert) }
            }
        }
    }
}
