import Contracts
import Editorial
import Pipeline
import Store
import StudioSupport
import Testing
import Threads

@testable import Runtime

@Suite struct HostedPlanRunTests {
    /// A model that takes its time, or fails to be of use.
    private struct SlowEditor: EditorialModel {
        let identity: String
        let asked: Locked<Int>
        let isCancelled: Locked<Bool>
        var fallback: Plan.Provenance.Fallback = .none
        let wait: @Sendable () async throws -> Void

        init(
            _ identity: String = "slow/1",
            fallback: Plan.Provenance.Fallback = .none,
            wait: @escaping @Sendable () async throws -> Void = {}
        ) {
            self.identity = identity
            self.fallback = fallback
            self.wait = wait
            asked = Locked(0)
            isCancelled = Locked(false)
        }

        func plan(_ request: EditorialRequest) async throws -> Plan {
            asked.withLock { $0 += 1 }
            do {
                try await wait()
            } catch {
                isCancelled.withLock { $0 = Task.isCancelled }
                throw error
            }
            var plan = FakeResults.plan(request.transcript)
            plan.warnings = [Warning(code: Shortfall.code, detail: "It fell back.")]
            plan.provenance = Plan.Provenance(
                provider: "slow",
                model: "1",
                promptVersion: "p",
                tokens: Plan.Provenance.Tokens(input: 1, output: 1, estimated: 0),
                requests: 1,
                fallback: fallback
            )
            return plan
        }
    }

    private static func editors(_ editor: SlowEditor) -> EditorialRegistry {
        EditorialRegistry(hosted: ["fake": FakeEditorial(), "slow": editor], standard: "fake")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a model that answers after its lease would have ended keeps the stage`()
        async throws
    {
        let editor = SlowEditor { try await Task.sleep(for: .milliseconds(5_000)) }
        let harness = try await Harness(editors: Self.editors(editor), leaseSeconds: 2) { _, _ in
            .work(callbacks: 1)
        }

        try await harness.serving {
            let runId = try await harness.startRun(providers: ProviderChoice(editorial: "slow"))
            let run = try await harness.ended(runId)

            #expect(run.state == "fully_generated")
            let job = try await harness.job(runId, .plan)
            #expect(job.attempt == 1 && job.provider == "slow/1")
            #expect(job.warnings.map(\.code) == [Shortfall.code])
        }
        #expect(editor.asked.withLock(\.self) == 1)
    }

    @Test(.timeLimit(.minutes(5))) func `a cancelled run ends the questions of its plan`() async throws {
        let editor = SlowEditor { try await Task.sleep(for: .seconds(3_600)) }
        let harness = try await Harness(editors: Self.editors(editor), leaseSeconds: 1) { _, _ in
            .work(callbacks: 1)
        }

        try await harness.serving {
            let runId = try await harness.startRun(providers: ProviderChoice(editorial: "slow"))
            while editor.asked.withLock(\.self) == 0 { await harness.news.wait(atMostMs: 50) }

            _ = try await harness.store.cancelRun(tenantId: harness.tenantId, id: runId)

            while !editor.isCancelled.withLock(\.self) { await harness.news.wait(atMostMs: 50) }
            #expect(try await harness.ended(runId).state == "cancelled")
        }
    }

    @Test(.timeLimit(.minutes(5))) func `plans that wait for a model keep nothing else from going on`()
        async throws
    {
        let gate = Locked(false)
        let editor = SlowEditor {
            while !gate.withLock(\.self) { try await Task.sleep(for: .milliseconds(20)) }
        }
        let harness = try await Harness(editors: Self.editors(editor)) { _, _ in .work(callbacks: 1) }

        try await harness.serving {
            var waiting: [String] = []
            let choice = ProviderChoice(editorial: "slow")
            for _ in 0..<6 { waiting.append(try await harness.startRun(providers: choice, reuse: false)) }
            while editor.asked.withLock(\.self) < 4 { await harness.news.wait(atMostMs: 50) }

            // However the embedded scorer likes that talk: it has its turn.
            let embedded = ProviderChoice(editorial: EditorialRegistry.embedded)
            let other = try await harness.startRun(providers: embedded, reuse: false)
            _ = try await harness.ended(other)
            #expect(try await harness.job(other, .plan).attempt >= 1)
            #expect(editor.asked.withLock(\.self) == 4)

            gate.withLock { $0 = true }
            for runId in waiting { #expect(try await harness.ended(runId).state == "fully_generated") }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [Plan.Provenance.Fallback.none, .part, .whole])
    func `a plan that the model did not make all of is not another run's`(
        fallback: Plan.Provenance.Fallback
    ) async throws {
        let editor = SlowEditor(fallback: fallback)
        let harness = try await Harness(editors: Self.editors(editor)) { _, _ in .work(callbacks: 1) }

        try await harness.serving {
            let choice = ProviderChoice(editorial: "slow")
            let first = try await harness.startRun(providers: choice)
            _ = try await harness.ended(first)
            let second = try await harness.startRun(providers: choice)
            _ = try await harness.ended(second)

            let job = try await harness.job(second, .plan)
            #expect((job.reusedFrom == nil) == (fallback != .none))
            #expect(job.warnings.map(\.code) == [Shortfall.code])
        }
        #expect(editor.asked.withLock(\.self) == (fallback != .none ? 2 : 1))
    }

    @Test(.timeLimit(.minutes(5))) func `a model that is not set up any more fails the stage by its name`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        try await harness.serving {
            let runId = try await harness.startRun(providers: ProviderChoice(editorial: "anthropic"))
            let run = try await harness.ended(runId)

            #expect(run.state == "failed")
            let problem = try #require(try await harness.job(runId, .plan).problem)
            #expect(problem.slug == "unknown-provider" && problem.detail.contains("'anthropic'"))
        }
    }

    /// A model that asks one question for each plan.
    private struct AskingEditor: EditorialModel {
        let identity = "asking/1"
        /// Tokens that attempts before have had, as each attempt heard.
        let heard = Locked<[Int]>([])
        let most = Locked((now: 0, atOnce: 0))

        func plan(_ request: EditorialRequest) async throws -> Plan {
            let allowance = try #require(request.allowance)
            let before = try await allowance.tokensBefore()
            heard.withLock { $0.append(before) }
            while true {
                guard case .admitted(let id) = try await allowance.admit(tokens: 1_000) else {
                    try await Task.sleep(for: .milliseconds(20))
                    continue
                }
                most.withLock {
                    $0.now += 1
                    $0.atOnce = max($0.atOnce, $0.now)
                }
                try await Task.sleep(for: .milliseconds(50))
                most.withLock { $0.now -= 1 }
                try await allowance.settle(id, tokens: 40)
                break
            }
            return FakeResults.plan(request.transcript)
        }
    }

    private static func editors(_ editor: AskingEditor) -> EditorialRegistry {
        EditorialRegistry(hosted: ["fake": FakeEditorial(), "asking": editor], standard: "fake")
    }

    @Test(.timeLimit(.minutes(5))) func `an attempt is told what those before it have had`() async throws {
        let editor = AskingEditor()
        let harness = try await Harness(editors: Self.editors(editor)) { _, _ in .work(callbacks: 1) }

        try await harness.serving {
            let choice = ProviderChoice(editorial: "asking")
            let runId = try await harness.startRun(providers: choice, reuse: false)
            _ = try await harness.ended(runId)
            let outcome = try await harness.store.resetJob(
                tenantId: harness.tenantId,
                runId: runId,
                stage: .plan,
                workflow: .shortsV1
            )
            #expect(outcome == .reset)
            harness.wake.wake()
            _ = try await harness.ended(runId)
            let other = try await harness.startRun(providers: choice, reuse: false)
            _ = try await harness.ended(other)
        }

        #expect(editor.heard.withLock(\.self) == [0, 40, 0])
    }

    @Test(.timeLimit(.minutes(5))) func `plans of a model with one place ask one after the other`()
        async throws
    {
        let editor = AskingEditor()
        let harness = try await Harness(
            editors: Self.editors(editor),
            limits: ["asking": ProviderLimits(concurrency: 1)]
        ) { _, _ in .work(callbacks: 1) }

        try await harness.serving {
            var runs: [String] = []
            let choice = ProviderChoice(editorial: "asking")
            for _ in 0..<3 { runs.append(try await harness.startRun(providers: choice, reuse: false)) }
            for runId in runs { #expect(try await harness.ended(runId).state == "fully_generated") }
        }

        #expect(editor.heard.withLock(\.count) == 3 && editor.most.withLock(\.atOnce) == 1)
    }
}
