import Contracts
import Editorial
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Store
import StudioSupport
import Testing
import Threads

/// Runs whose plan a hosted model makes, or fails to: then the gateway's own scorer does, and says why.
@Suite(.timeLimit(.minutes(5))) struct EditorialRunTests {
    /// What a run came to.
    private struct Ended {
        let run: RunView
        let job: JobRecord
        let plan: Plan
        let questions: Int
        let pauses: [Int]

        var shortfalls: [String] { job.warnings.filter { $0.code == Shortfall.code }.map(\.detail) }
    }

    private func end(
        _ setup: ModelSetup,
        key: String = FakeModelServer.key,
        isDown: Bool = false,
        patienceMs: Int = 60_000,
        _ script: @escaping @Sendable (FakeQuestion) -> FakeModelServer.Step = { _ in .work }
    ) async throws -> Ended {
        let server = try FakeModelServer(script)
        defer { server.stop() }
        let pauses = Locked<[Int]>([])
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { client.shutdown() }
        let editors = setup.editors(
            url: isDown ? "http://127.0.0.1:\(try LoopbackServer.closedPort())" : server.url,
            key: key,
            client: client,
            patienceMs: patienceMs,
            pauses: pauses
        )
        let ended = Locked<Ended?>(nil)
        // No stage of these runs goes to the service that the bench is made with.
        try await RunBench.with(.assemblyAI, editors: editors, transcript: SampleTalk.transcript) { bench in
            let run = try await bench.ended(try await bench.startRun(editorial: setup.name))
            let job = try #require(try await bench.store.jobs(runId: run.id).first { $0.stage == .plan })
            let record = try #require(
                try await bench.store.artifacts(runId: run.id).first { $0.name.description == "plan.json" }
            )
            let plan = try await bench.readArtifact(Plan.self, record)
            let ends = try await bench.store.events(runId: run.id, afterSequence: 0, limit: 1_000)
                .count { $0.type == "job.completed" && $0.stage == "plan" }
            #expect(run.state == "fully_generated" && ends == 1 && job.attempt == 1)
            ended.withLock {
                $0 = Ended(
                    run: run,
                    job: job,
                    plan: plan,
                    questions: server.questions.count,
                    pauses: pauses.withLock(\.self)
                )
            }
        }
        let result = ended.withLock(\.self)
        return try #require(result)
    }

    /// The gateway's own scorer made the whole plan, and one warning says why.
    private func expectFallback(_ ended: Ended, of setup: ModelSetup, saying words: String) {
        #expect(ended.plan.provenance?.fallback == .whole)
        #expect(ended.shortfalls.count == 1)
        let warning = ended.shortfalls.first ?? ""
        #expect(warning.contains(setup.name) && warning.contains(words), "\(warning)")
    }

    @Test(arguments: ModelSetup.all) func `a model makes the plan of a run`(setup: ModelSetup) async throws {
        let ended = try await end(setup)
        #expect(ended.plan.provenance?.fallback == Plan.Provenance.Fallback.none)
        #expect(ended.plan.provenance?.provider == setup.name)
        #expect(ended.shortfalls.isEmpty && ended.questions == 2 && ended.pauses.isEmpty)
        #expect(ended.job.provider?.hasPrefix("\(setup.name)/") == true)
    }

    @Test(arguments: ModelSetup.all)
    func `a model that is busy is left alone for as long as it says`(setup: ModelSetup) async throws {
        let ended = try await end(setup) { question in
            question.index == 0
                ? .answer(LoopbackAnswer(429, headers: [(name: "retry-after", value: "7")])) : .work
        }
        #expect(ended.pauses == [7_000] && ended.questions == 3)
        #expect(ended.shortfalls.isEmpty)
    }

    @Test(arguments: ModelSetup.all)
    func `a model that is down leaves the plan to the gateway`(setup: ModelSetup) async throws {
        let ended = try await end(setup, isDown: true)
        expectFallback(ended, of: setup, saying: "cannot be reached")
        #expect(ended.questions == 0 && ended.pauses.count == HostedLimits().triesMax - 1)
    }

    @Test(arguments: ModelSetup.all)
    func `a model that says nothing is asked again, and that may have been paid for`(
        setup: ModelSetup
    ) async throws {
        let ended = try await end(setup, patienceMs: 3_000) { $0.index == 0 ? .silence : .work }
        #expect(ended.questions == 3 && ended.pauses.count == 1)
        #expect(ended.shortfalls.isEmpty)
        #expect((ended.plan.provenance?.tokens.estimated ?? 0) > 0)
    }

    @Test(arguments: ModelSetup.all)
    func `an answer that is no JSON leaves the plan to the gateway`(setup: ModelSetup) async throws {
        let ended = try await end(setup) { _ in .answer(LoopbackAnswer(200, body: "<html>Sign in</html>")) }
        expectFallback(ended, of: setup, saying: "was not understood")
        #expect(ended.questions == 1)
    }

    @Test(arguments: ModelSetup.all)
    func `a key that is wrong leaves the plan to the gateway, and is not shown`(
        setup: ModelSetup
    ) async throws {
        let ended = try await end(setup, key: "sk-of-somebody-else")
        expectFallback(ended, of: setup, saying: "401")
        #expect(ended.shortfalls.allSatisfy { $0.contains("Check the key") && !$0.contains("sk-") })
        #expect(ended.questions == 1)
    }
}
