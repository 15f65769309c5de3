import Contracts
import Foundation
import Pipeline
import Providers
import Store
import StudioSupport
import Testing
import Threads

@testable import Runtime

@Suite struct TroubleTests {
    @Test func `a forgotten task is dispatched again under a new attempt`() async throws {
        let harness = try await Harness { task, _ in
            task.kind == .segment && task.attempt == 1 ? .forget : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        let segments = harness.provider.submitted.filter { $0.kind == .segment }
        #expect(segments.map(\.attempt) == [1, 2])
        #expect(Set(segments.map(\.taskId)).count == 1)
    }

    @Test func `a task that is forgotten each time fails with the provider's problem`() async throws {
        let harness = try await Harness { task, _ in task.kind == .segment ? .forget : .work(callbacks: 1) }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "failed")
        #expect(run.error?.slug == "provider-lost-task")
        #expect(harness.provider.submitted.count { $0.kind == .segment } == Store.taskLossesMax + 1)
    }

    @Test func `a failure that may pass is tried again`() async throws {
        let problem = Problem(.stageFailed, detail: "out of memory")
        let harness = try await Harness { task, dispatches in
            task.kind == .framing && dispatches == 0 ? .fail(problem) : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        let framing = try await harness.store.jobs(runId: run.id).first { $0.stage == .framing }
        #expect(framing?.attempt == 2)
        #expect(try await harness.eventTypes(run.id, "job.retrying") == 1)
    }

    @Test func `a failure for good fails the run with the provider's words`() async throws {
        let problem = Problem(.sourceNoSpeech, detail: "there is only music")
        let harness = try await Harness { task, _ in
            task.kind == .transcribe ? .fail(problem) : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "failed")
        #expect(run.error == problem)
        #expect(harness.provider.submitted.count { $0.kind == .transcribe } == 1)
        #expect(try await harness.eventTypes(run.id, "run.failed") == 1)
    }

    @Test func `a provider that contradicts its callback is taken at its answer to a poll`() async throws {
        let problem = Problem(.sourceNoSpeech, detail: "there is only music")
        let harness = try await Harness { task, _ in
            task.kind == .transcribe || task.kind == .render ? .contradict(problem) : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(harness.provider.submitted.allSatisfy { $0.attempt == 1 })
        #expect(try await harness.eventTypes(run.id, "job.retrying") == 0)
    }

    @Test func `a refused task fails as its provider says`() async throws {
        let problem = Problem(.sourceUnsupported, detail: "no such codec")
        let harness = try await Harness { _, _ in .refuse(problem) }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.error == problem)
    }

    @Test func `a provider that never answers is given up at the deadline, and told`() async throws {
        let harness = try await Harness(deadlineMs: 10_000) { task, _ in
            task.kind == .transcode ? .keepRunning : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.error?.slug == "deadline-exceeded")
        #expect(run.error?.retryable == true)
        let tasks = harness.provider.submitted.map(\.taskId)
        #expect(tasks.count == RetryPolicy.of(.timedOut).attemptsMax)
        #expect(harness.provider.cancelled == tasks)
    }

    @Test func `a short that cannot be rendered leaves the others alone`() async throws {
        let problem = Problem(.renderFailed, detail: "no such font", retryable: false)
        let harness = try await Harness { task, _ in
            task.parameters.short?.clip == "clip-02" ? .fail(problem) : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "delivery_failed")
        #expect(run.workflow.state == "completed")
        #expect(run.delivery.state == "partially_failed")
        let outputs = try await harness.store.outputViews(runId: run.id)
        #expect(outputs.first { $0.clip == "clip-02" }?.error == problem)
        #expect(outputs.first { $0.clip == "clip-01" }?.renditions.count == 2)
    }

    @Test func `a missing ratio fails the short once its attempts are used up`() async throws {
        let harness = try await Harness(
            spoil: { task, results in
                guard task.kind == .render else { return }
                results = results.filter { !$0.key.contains("1x1.mp4") }
            },
            script: { _, _ in .work(callbacks: 1) }
        )

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.delivery.state == "failed")
        #expect(harness.provider.submitted.filter { $0.kind == .render }.map(\.attempt).max() == 3)
    }

    @Test func `a result that breaks its contract fails the stage`() async throws {
        let harness = try await Harness(
            spoil: { task, results in
                guard task.kind == .transcribe else { return }
                var transcript = FakeResults.transcript
                transcript.words.swapAt(3, 30)
                results["transcript.json"] = try WireJSON.encode(transcript)
            },
            script: { _, _ in .work(callbacks: 1) }
        )

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.error?.slug == "artifact-invalid")
        #expect(run.error?.detail.contains("out of order") == true)
    }

    @Test func `what nobody asked for is not published, but told`() async throws {
        let harness = try await Harness(
            spoil: { task, results in
                if task.kind == .segment { results["notes.json"] = Data("{}".utf8) }
            },
            script: { _, _ in .work(callbacks: 1) }
        )

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        let segment = try await harness.store.jobs(runId: run.id).first { $0.stage == .segment }
        #expect(segment?.warnings.map(\.code) == ["unexpected-artifact"])
    }

    @Test func `a cancelled run ends at once, its provider is told, and late results are ignored`()
        async throws
    {
        let harness = try await Harness { task, _ in
            task.kind == .transcribe ? .keepRunning : .work(callbacks: 1)
        }
        let runId = try await harness.startRun()

        let run = try await harness.serving {
            await harness.provider.waitForTask(.transcribe)
            let task = try #require(harness.provider.submitted.last)
            while try await harness.store.task(id: task.taskId)?.state != .dispatched {
                await harness.news.wait(atMostMs: 20)
            }
            _ = try await harness.store.cancelRun(tenantId: harness.tenantId, id: runId)
            harness.wake.wake()
            while harness.provider.cancelled.isEmpty { await harness.news.wait(atMostMs: 20) }
            let late = TaskReport(taskId: task.taskId, attempt: 1, state: .completed, progress: 1)
            try await harness.provider.callBack(late, task)
            return try await harness.ended(runId)
        }

        #expect(run.state == "cancelled")
        #expect(harness.provider.cancelled == harness.provider.submitted.suffix(1).map(\.taskId))
        #expect(try await harness.store.task(id: harness.provider.cancelled[0])?.state == .abandoned)
    }
}
