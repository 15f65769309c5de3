import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Postgres
import Providers
import Store
import StudioSupport
import TestSupport
import Testing

@testable import Runtime

/// Runs that name several providers for their transcription.
@Suite struct RoutingRunTests {
    private struct Pair {
        let harness: Harness
        let first: ScribeService
        let second: ScribeService
    }

    private func pair(
        _ first: ScribeService.Script = ScribeService.Script(),
        _ second: ScribeService.Script = ScribeService.Script(),
        limits: [String: ProviderLimits] = [:]
    ) async throws -> Pair {
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let services = [try ScribeService(first), try ScribeService(second)]
        let providers = zip(["first", "second"], services).map { name, service in
            ScribeProvider(name: name, url: service.server.url, client: client)
        }
        let harness = try await Harness(others: providers, limits: limits) { _, _ in .work(callbacks: 1) }
        return Pair(harness: harness, first: services[0], second: services[1])
    }

    private func end(
        _ pair: Pair,
        _ names: [String] = ["first", "second"],
        pick: ProviderPick? = nil
    ) async throws -> (run: RunView, job: JobRecord) {
        let choice = ProviderChoice(transcription: ProviderPreference(names), transcriptionPick: pick)
        let run = try await pair.harness.serving {
            try await pair.harness.ended(try await pair.harness.startRun(providers: choice))
        }
        return (run, try await pair.harness.job(run.id, .transcribe))
    }

    private static func answer(words: [Transcript.Word]) -> LoopbackAnswer {
        LoopbackAnswer(200, body: ScribeService.body(status: "done", words: words))
    }

    @Test func `the first one alone is asked as long as it does its work`() async throws {
        let pair = try await pair()
        let (run, job) = try await end(pair)
        #expect(run.state == "fully_generated")
        #expect(job.provider == "first" && job.warnings.isEmpty)
        #expect(pair.second.submitted.isEmpty)
    }

    @Test func `the next one is asked when the first has given up for good`() async throws {
        let pair = try await pair(ScribeService.Script(submit: { _, _ in LoopbackAnswer(403) }))
        let (run, job) = try await end(pair)
        #expect(run.state == "fully_generated")
        #expect(job.provider == "second" && job.gaveUp == ["first"])
        let warning = try #require(job.warnings.first)
        #expect(warning.code == "transcription-failed-over")
        #expect(warning.detail.contains("'first'") && warning.detail.contains("status 403"))
        // The fingerprint is of who did it: a later run that asks the second one alone finds it.
        let (_, other) = try await end(pair, ["second"])
        #expect(other.reusedFrom == job.id)
    }

    @Test func `the next one is asked when the first wants to be left alone for long`() async throws {
        let pair = try await pair(
            ScribeService.Script(submit: { _, _ in LoopbackAnswer(429, headers: [("retry-after", "600")]) })
        )
        let (run, job) = try await end(pair)
        #expect(run.state == "fully_generated")
        #expect(job.provider == "second" && job.gaveUp == ["first"] && pair.first.submitted.count == 1)
        #expect(job.warnings.first?.detail.contains("to be left alone for 120 s") == true)
        // It took nothing of its day.
        let uses = try await pair.harness.database.pool.query("SELECT provider FROM provider_uses")
        #expect(try uses.map { try $0.get("provider", as: String.self) } == ["second"])
    }

    @Test func `the next one is asked when the first has been busy again and again`() async throws {
        let pair = try await pair(
            ScribeService.Script(submit: { _, _ in LoopbackAnswer(429, headers: [("retry-after", "1")]) })
        )
        let pool = pair.harness.database.pool
        // Three minutes pass, once it has been busy for the first time.
        let passing = Task {
            while try await pool.execute(
                """
                UPDATE tasks SET busy_since = now() - interval '3 minutes', next_action_at = now()
                WHERE provider = 'first' AND busy_since IS NOT NULL AND lease_token IS NULL
                """
            ) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        }
        let (run, job) = try await end(pair)
        try await passing.value
        #expect(run.state == "fully_generated" && job.provider == "second" && job.gaveUp == ["first"])
        #expect(pair.first.submitted.count == 2)
        #expect(job.warnings.first?.detail.contains("has taken nothing for 18") == true)
    }

    @Test func `a run fails when the last of its providers has given up`() async throws {
        let refuses = ScribeService.Script(submit: { _, _ in LoopbackAnswer(403) })
        let pair = try await pair(refuses, refuses)
        let (run, job) = try await end(pair)
        #expect(run.state == "failed" && run.error?.slug == "provider-refused")
        #expect(job.gaveUp == ["first"])
    }

    @Test func `a source without speech is not given to the next one`() async throws {
        let pair = try await pair(ScribeService.Script(poll: { _, _ in Self.answer(words: []) }))
        let (run, _) = try await end(pair)
        #expect(run.error?.slug == "source-no-speech")
        #expect(pair.second.submitted.isEmpty)
    }

    @Test func `a day's measure that is used up sends the run to the next one`() async throws {
        // The source lasts twenty seconds.
        let pair = try await pair(limits: ["first": ProviderLimits(minutesPerDay: 0)])
        let (run, job) = try await end(pair)
        #expect(run.state == "fully_generated" && job.provider == "second")
        #expect(job.warnings.first?.detail.contains("0 of 0 minutes") == true)
        #expect(pair.first.submitted.isEmpty)
    }

    @Test func `a day's measure that is used up fails a run that has no other`() async throws {
        let pair = try await pair(limits: ["first": ProviderLimits(minutesPerDay: 0)])
        let (run, _) = try await end(pair, ["first"])
        #expect(run.error?.slug == "provider-limit" && run.error?.retryable == false)
    }

    @Test(arguments: [(359, "second"), (360, "first")])
    func `a source whose length nobody knows counts as the longest that is taken`(
        minutes: Int,
        provider: String
    ) async throws {
        // Six hours are taken at most.
        let pair = try await pair(limits: ["first": ProviderLimits(minutesPerDay: minutes)])
        try await pair.harness.database.pool.execute(
            """
            CREATE FUNCTION forget_length() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.media := NULL; RETURN NEW; END'
            """
        )
        try await pair.harness.database.pool.execute(
            "CREATE TRIGGER forget BEFORE UPDATE ON assets FOR EACH ROW EXECUTE FUNCTION forget_length()"
        )
        let (run, job) = try await end(pair)
        #expect(run.state == "fully_generated" && job.provider == provider)
        #expect(pair.first.submitted.isEmpty == (provider == "second"))
    }

    @Test func `the better of two transcripts is kept, and it is said why`() async throws {
        let few = Array(FakeResults.transcript.words.prefix(20))
        let pair = try await pair(ScribeService.Script(poll: { _, _ in Self.answer(words: few) }))
        let (run, job) = try await end(pair, pick: .best)
        #expect(run.state == "fully_generated")
        #expect(job.provider == "second")
        let warning = try #require(job.warnings.first { $0.code == "transcription-picked" })
        #expect(warning.detail.contains("'second' was kept") && warning.detail.contains("40 words"))
        #expect(pair.first.submitted.count == 1 && pair.second.submitted.count == 1)
        let artifacts = try await pair.harness.store.artifacts(runId: run.id)
        #expect(artifacts.count { $0.name.description == "transcript.json" } == 1)
        // The same two are not paid for again.
        let (_, again) = try await end(pair, pick: .best)
        #expect(again.reusedFrom == job.id)
        #expect(pair.first.submitted.count == 1)
    }

    @Test func `two transcripts that nothing tells apart leave it to the order`() async throws {
        let pair = try await pair()
        let (_, job) = try await end(pair, ["second", "first"], pick: .best)
        #expect(job.provider == "second")
    }

    @Test func `of two of which one gives up the other's transcript counts`() async throws {
        let pair = try await pair(
            ScribeService.Script(poll: { _, _ in
                LoopbackAnswer(200, body: ScribeService.body(status: "failed"))
            })
        )
        let (run, job) = try await end(pair, pick: .best)
        #expect(run.state == "fully_generated" && job.provider == "second")
        #expect(job.warnings.map(\.code) == ["transcription-failed-over"])
    }

    @Test func `a provider has no more tasks at once than it may`() async throws {
        let pair = try await pair(limits: ["first": ProviderLimits(concurrency: 1)])
        let choice = ProviderChoice(transcription: "first")
        let runs = try await pair.harness.serving {
            var ids: [String] = []
            for _ in 0..<3 {
                ids.append(try await pair.harness.startRun(providers: choice, reuse: false))
            }
            var ended: [RunView] = []
            for id in ids { ended.append(try await pair.harness.ended(id)) }
            return ended
        }
        #expect(runs.allSatisfy { $0.state == "fully_generated" })
        let overlaps: Int = try await pair.harness.database.pool.query(
            """
            SELECT count(*) AS n FROM tasks a JOIN tasks b ON a.id < b.id AND a.provider = 'first'
                AND b.provider = 'first' AND a.dispatched_at < b.finished_at AND b.dispatched_at < a.finished_at
            """
        )[0].get("n")
        #expect(overlaps == 0)
    }
}
