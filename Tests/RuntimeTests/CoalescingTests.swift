import Contracts
import Pipeline
import RuntimeSupport
import Store
import Testing
import Threads

@testable import Runtime

/// Runs of one source at the same time.
@Suite struct CoalescingTests {
    /// The first transcription never ends by itself.
    private func harness() async throws -> Harness {
        try await Harness { task, dispatches in
            task.kind == .transcribe && dispatches == 0 ? .keepRunning : .work(callbacks: 1)
        }
    }

    /// Two runs of which the second waits for the transcription of the first, and that task.
    private func waiting(
        _ harness: Harness
    ) async throws -> (first: String, second: String, task: ProviderTask) {
        let first = try await harness.startRun()
        await harness.provider.waitForTask(.transcribe)
        let task = try #require(harness.provider.submitted.last { $0.kind == .transcribe })
        let holder = try await harness.job(first, .transcribe).id
        let second = try await harness.startRun()
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while try await harness.job(second, .transcribe).waitsOn != holder {
            try #require(ContinuousClock.now < deadline)
            await harness.news.wait(atMostMs: 20)
        }
        return (first, second, task)
    }

    @Test func `three runs of one source do each stage once`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        var ids: [String] = []
        for _ in 0..<3 { ids.append(try await harness.startRun()) }
        let runIds = ids

        let runs = try await harness.serving {
            var runs: [RunView] = []
            for id in runIds { runs.append(try await harness.ended(id)) }
            return runs
        }

        #expect(runs.allSatisfy { $0.state == "fully_generated" })
        #expect(harness.dispatches().allSatisfy { $0.value == ($0.key == .render ? 2 : 1) })
    }

    @Test func `who finds a stage under way waits without being taken again, then attaches`() async throws {
        let harness = try await harness()

        let (first, second) = try await harness.serving {
            let (first, second, task) = try await waiting(harness)
            let waiting = try await harness.job(second, .transcribe)
            #expect(waiting.state == .pending && waiting.tries == 0 && waiting.attempt == 1)
            let studio = FakeStudio(store: harness.store, artifacts: harness.artifacts)
            try await harness.provider.callBack(try await studio.work(task), task)
            return (try await harness.ended(first), try await harness.ended(second))
        }

        #expect(first.state == "fully_generated" && second.state == "fully_generated")
        #expect(harness.dispatches()[.transcribe] == 1)
        let holder = try await harness.job(first.id, .transcribe).id
        let job = try await harness.job(second.id, .transcribe)
        #expect(job.reusedFrom == holder && job.waitsOn == nil && job.attempt == 2)
        let log = try await harness.store.events(runId: second.id, afterSequence: 0, limit: 1_000)
            .filter { $0.stage == "transcribe" }
        #expect(
            log.map(\.type) == ["job.started", "job.waiting", "job.started", "job.reused", "job.completed"]
        )
        #expect(log[1].relatedId == holder)
    }

    @Test func `who waits computes itself when the other fails`() async throws {
        let harness = try await harness()
        let problem = Problem(.sourceNoSpeech, detail: "there is only music")

        let (first, second) = try await harness.serving {
            let (first, second, task) = try await waiting(harness)
            let report = TaskReport(
                taskId: task.taskId,
                attempt: task.attempt,
                state: .failed,
                progress: 0,
                error: problem
            )
            try await harness.provider.callBack(report, task)
            return (try await harness.ended(first), try await harness.ended(second))
        }

        #expect(first.state == "failed" && second.state == "fully_generated")
        #expect(harness.dispatches()[.transcribe] == 2)
    }

    @Test func `who waits computes itself when the other is cancelled`() async throws {
        let harness = try await harness()

        let second = try await harness.serving {
            let (first, second, _) = try await waiting(harness)
            _ = try await harness.store.cancelRun(tenantId: harness.tenantId, id: first)
            harness.wake.wake()
            return try await harness.ended(second)
        }

        #expect(second.state == "fully_generated")
        #expect(harness.dispatches()[.transcribe] == 2)
    }

    @Test func `a run with reuse off waits for nobody`() async throws {
        let harness = try await harness()

        let run = try await harness.serving {
            _ = try await waiting(harness)
            return try await harness.ended(try await harness.startRun(reuse: false))
        }

        #expect(run.state == "fully_generated")
        #expect(try await harness.eventTypes(run.id, "job.waiting") == 0)
    }

    @Test func `a job whose process died is taken over, and who waits for it attaches`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.startRun()
        let claimed = try #require(try await harness.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let fingerprint = try StageFingerprint.make(
            try #require(Workflow.shortsV1.definition(of: .transcode)),
            run: claimed.run,
            artifacts: RunArtifacts([]),
            identity: "fake/1",
            configuration: RuntimeConfiguration(gatewayURL: "")
        )
        let begun = try await harness.store.beginComputing(
            claimed.lease,
            tenantId: harness.tenantId,
            fingerprint: fingerprint
        )
        #expect(begun == .begun)

        let (one, two) = try await harness.serving {
            let second = try await harness.startRun()
            let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
            while try await harness.job(second, .transcode).waitsOn != claimed.job.id {
                try #require(ContinuousClock.now < deadline)
                await harness.news.wait(atMostMs: 20)
            }
            try await harness.store.expireLeases()
            harness.wake.wake()
            return (try await harness.ended(first), try await harness.ended(second))
        }

        #expect(one.state == "fully_generated" && two.state == "fully_generated")
        #expect(harness.dispatches()[.transcode] == 1)
        #expect(try await harness.job(two.id, .transcode).reusedFrom == claimed.job.id)
    }
}
