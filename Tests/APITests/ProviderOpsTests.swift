import Contracts
import Editorial
import Pipeline
import Providers
import Store
import TestSupport
import Testing
import Threads

@testable import API

@Suite struct ProviderOpsTests {
    @Test func `operators see who does the work, and how much each may still be given`() async throws {
        let fixture = try await APIFixture.make()
        let (task, _, _) = try await fixture.makeTask(provider: "hosted")
        let due = try #require(try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        let admission = try await fixture.store.admitTask(
            due.lease,
            provider: "hosted",
            limits: .none,
            cost: TaskCost(mediaMs: 150_000),
            waitMs: 0,
            reason: nil
        )
        #expect(admission == .submitting)
        try await fixture.withClient { client in
            func hosted() async throws -> ProviderView {
                let page = try await client.get("/v1/ops/providers").decode(Page<ProviderView>.self)
                #expect(page.data.map(\.name) == ["embedded", "hook", "hosted", "worker"])
                return try #require(page.data.first { $0.name == "hosted" })
            }
            let page = try await client.get("/v1/ops/providers").decode(Page<ProviderView>.self)
            let editor = try #require(page.data.first { $0.name == "embedded" })
            #expect(editor.kinds == ["plan"] && editor.callbacks == nil && editor.trust == nil)
            let busy = try await hosted()
            #expect(busy.kinds == ["transcribe"] && busy.callbacks == "signals" && busy.trust == "secret")
            #expect(busy.liveTasks == 1 && busy.queuedTasks == 0 && busy.lastFailureAt == nil)
            #expect(
                busy.guards == [
                    ProviderView.Guard(name: "concurrency", limit: 1, used: 1),
                    ProviderView.Guard(name: "minutes_per_day", limit: 60, used: 2),
                ]
            )
            #expect(busy.guards.map(\.isReached) == [true, false])
            _ = try await fixture.store.settleTask(
                taskId: task.id,
                attempt: 1,
                outcome: .failed(
                    Problem(.providerRefused, detail: "no", retryable: false),
                    isRetryable: false
                ),
                by: .callback
            )
            let done = try await hosted()
            #expect(done.liveTasks == 0 && done.endings.callback == 1)
            #expect(done.lastFailure?.detail == "no" && done.lastFailureAt != nil)
            #expect(done.shorts == ProviderView.Shorts())
        }
    }

    @Test func `operators see what a model that makes plans was asked`() async throws {
        let fixture = try await APIFixture.make()
        let job = try await fixture.claimJob()
        let services = APIServices(
            store: fixture.store,
            artifacts: fixture.artifacts,
            providers: ProviderRegistry(
                HookProvider(),
                limits: ["llama": ProviderLimits(concurrency: 1, requestsPerMinute: 20)]
            ),
            editorial: EditorialRegistry(hosted: ["llama": DeterministicScorer()]),
            callbackSecrets: APIFixture.callbackSecrets,
            runtimeWake: WakeSignal(),
            webhookWake: WakeSignal(),
            logger: APIFixture.logger
        )
        var configuration = APIConfiguration(linkKey: APIFixture.linkKey, sealingKey: APIFixture.sealingKey)
        configuration.port = 0
        for id in ["q1", "q2"] {
            let admission = try await fixture.store.admitQuestion(
                job.lease,
                id: id,
                provider: "llama",
                limits: .none,
                tokens: 9
            )
            #expect(admission == .admitted)
            if id == "q1" { try await fixture.store.settleQuestion(id: id, tokens: 3) }
        }
        let builder = APIBuilder(configuration: configuration, services: services)
        try await APIFixture.serve(builder, key: fixture.key) { client in
            let page = try await client.get("/v1/ops/providers").decode(Page<ProviderView>.self)
            let llama = try #require(page.data.first { $0.name == "llama" })
            #expect(
                llama.guards == [
                    ProviderView.Guard(name: "concurrency", limit: 1, used: 1),
                    ProviderView.Guard(name: "requests_per_minute", limit: 20, used: 2),
                ]
            )
            #expect(page.data.first { $0.name == "embedded" }?.guards == [])
        }
    }

    @Test func `metrics tell of errors and of words that nobody knows`() async throws {
        let fixture = try await APIFixture.make()
        APIFixture.meter.countError(provider: "hosted", word: "busy")
        APIFixture.meter.countUnknownStatus(provider: "hosted", word: "warming up")
        try await fixture.withClient { client in
            fixture.store.shorts.count(.ready, times: 3)
            let text = try await client.get("/metrics").text
            #expect(text.contains(#"reelgate_shorts_total{verdict="ready"} 3"#))
            #expect(text.contains(#"reelgate_provider_errors_total{error="busy",provider="hosted"} 1"#))
            #expect(
                text.contains(
                    #"reelgate_provider_unknown_statuses_total{status="warming_up",provider="hosted"} 1"#
                )
            )
        }
    }
}
