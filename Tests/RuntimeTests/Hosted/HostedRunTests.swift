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
import Threads

@testable import Runtime

/// Runs that a hosted service transcribes, by each way on which its result can come.
@Suite struct HostedRunTests {
    private static let hour = 3_600_000

    private func end(_ hosted: HostedHarness) async throws -> RunView {
        try await hosted.harness.serving { try await hosted.harness.ended(try await hosted.start()) }
    }

    @Test func `a service that never calls back is asked, and its words become the transcript`() async throws
    {
        let hosted = try await HostedHarness.make(
            ScribeService.Script(poll: { _, polls in
                polls < 3
                    ? LoopbackAnswer(200, body: ScribeService.body(status: polls < 2 ? "queued" : "mixing"))
                    : nil
            })
        )
        let run = try await end(hosted)

        #expect(run.state == "fully_generated")
        #expect(try await hosted.task(run.id).settledBy == "poll")
        let transcript = try await hosted.transcript(run.id)
        #expect(transcript.model == "scribe-large" && transcript.language == "en")
        #expect(transcript.words.map(\.text) == FakeResults.transcript.words.map(\.text))
        #expect(Set(transcript.words.map(\.speaker)) == ["speaker-0"])
        #expect(transcript.warnings.isEmpty)
        let words = hosted.provider.call.meter.snapshot.unknownStatuses
        #expect(words == [ProviderMeter.Key(provider: "scribe", word: "mixing"): 1])
        // It fetches the sound by a link, and is told a secret of the task's own.
        let order = try #require(hosted.service.submitted.first)
        #expect(order.audioUrl.contains("/v1/artifacts/") && order.secret.count == 43)
    }

    @Test func `a callback makes the service be asked at once`() async throws {
        let hosted = try await HostedHarness.make(firstPollMs: Self.hour)
        let run = try await hosted.harness.serving {
            let runId = try await hosted.start()
            let submitted = try await hosted.firstSubmitted()
            try await HostedHarness.callBack(
                hosted.harness,
                submitted,
                ScribeService.body(status: "done", id: submitted.id)
            )
            return try await hosted.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(hosted.service.pollCount == 1)
        #expect(try await hosted.task(run.id).settledBy == "callback")
    }

    @Test(arguments: [(CallbackTrust.signed, 0), (.secret, 0), (.capability, 1)])
    func `a callback with the whole result is taken at its word only where it is the service's`(
        trust: CallbackTrust,
        polls: Int
    ) async throws {
        let hosted = try await HostedHarness.make(firstPollMs: Self.hour)
        let run = try await hosted.harness.serving {
            let runId = try await hosted.start()
            let submitted = try await hosted.firstSubmitted()
            let words = FakeResults.transcript.words
            let body = ScribeService.body(status: "done", words: words, id: submitted.id)
            try await HostedHarness.callBack(hosted.harness, submitted, body, trust: trust)
            return try await hosted.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(hosted.service.pollCount == polls)
    }

    @Test func `callbacks and polls at once change the run once`() async throws {
        let hosted = try await HostedHarness.make { harness, submitted in
            for index in 0..<4 {
                let body =
                    ScribeService.body(status: "done", words: FakeResults.transcript.words, id: submitted.id)
                    + String(repeating: " ", count: index)
                Task { try await HostedHarness.callBack(harness, submitted, body) }
            }
        }
        let run = try await end(hosted)

        #expect(run.state == "fully_generated")
        let task = try await hosted.task(run.id)
        let results = try await hosted.harness.serving { try await hosted.applied(task.id, count: 4) }
        #expect(results.allSatisfy { ["applied", "already_settled"].contains($0) })
        #expect(results.count { $0 == "applied" } <= 1)
        let completed = try await hosted.harness.store.events(runId: run.id, afterSequence: 0, limit: 1_000)
            .count { $0.type == "job.completed" && $0.stage == "transcribe" }
        #expect(completed == 1)
    }

    @Test func `a callback that comes before the reply to the dispatch is kept, and its id taken on`()
        async throws
    {
        let isHeard = WakeSignal()
        let hosted = try await HostedHarness.make(firstPollMs: Self.hour) { harness, submitted in
            Task {
                let body = ScribeService.body(status: "done", id: submitted.id)
                let receipt = try await HostedHarness.callBack(harness, submitted, body)
                #expect(receipt == .stored)
                isHeard.wake()
            }
        }
        let run = try await end(hosted)
        #expect(run.state == "fully_generated")
        #expect(try await hosted.task(run.id).settledBy == "callback")
    }

    @Test func `a dispatch whose reply is lost is found again by its callback, and is not paid twice`()
        async throws
    {
        let hosted = try await HostedHarness.make(
            ScribeService.Script(hangsUp: { $0 == 1 }),
            unknownWaitMs: Self.hour
        )
        let run = try await hosted.harness.serving {
            let runId = try await hosted.start()
            let submitted = try await hosted.firstSubmitted()
            try await hosted.wait(runId, for: "submit_unknown")
            try await HostedHarness.callBack(
                hosted.harness,
                submitted,
                ScribeService.body(status: "done", id: submitted.id)
            )
            return try await hosted.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(hosted.service.submitted.count == 1)
        #expect(try await hosted.task(run.id).attempt == 1)
    }

    @Test func `an end that contradicts the first one is recorded and changes nothing`() async throws {
        let hosted = try await HostedHarness.make()
        let run = try await end(hosted)
        let submitted = try #require(hosted.service.submitted.first)
        let task = try await hosted.task(run.id)
        let polls = hosted.service.pollCount

        let results = try await hosted.harness.serving {
            try await HostedHarness.callBack(
                hosted.harness,
                submitted,
                ScribeService.body(status: "failed", id: submitted.id)
            )
            return try await hosted.applied(task.id, count: 1)
        }
        #expect(results == ["already_settled"])
        #expect(try await hosted.task(run.id).state == "completed")
        #expect(hosted.service.pollCount == polls)
    }

    @Test func `a callback that names another job is no news of this one`() async throws {
        let isSilent = Locked(true)
        let hosted = try await HostedHarness.make(
            ScribeService.Script(poll: { _, _ in
                isSilent.withLock(\.self)
                    ? LoopbackAnswer(200, body: ScribeService.body(status: "running")) : nil
            })
        )
        let run = try await hosted.harness.serving {
            let runId = try await hosted.start()
            let submitted = try await hosted.firstSubmitted()
            try await hosted.wait(runId, for: "dispatched")
            let words = FakeResults.transcript.words
            let body = ScribeService.body(status: "done", words: words, id: "job-of-others")
            try await HostedHarness.callBack(hosted.harness, submitted, body)
            let task = try await hosted.task(runId)
            #expect(try await hosted.applied(task.id, count: 1) == ["stale_attempt"])
            isSilent.withLock { $0 = false }
            return try await hosted.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
    }

    @Test func `a service that is busy is left alone for as long as it says`() async throws {
        let times = Locked<[ContinuousClock.Instant]>([])
        let hosted = try await HostedHarness.make(
            ScribeService.Script(submit: { job, _ in
                times.withLock { $0.append(.now) }
                return job == 1 ? LoopbackAnswer(429, headers: [("retry-after", "1")]) : nil
            })
        )
        let run = try await end(hosted)
        #expect(run.state == "fully_generated")
        let (first, second) = times.withLock { ($0[0], $0[1]) }
        #expect(second - first >= .milliseconds(900))
        #expect(try await hosted.harness.job(run.id, .transcribe).attempt == 1)
    }

    @Test func `a job that the service no longer has is started anew`() async throws {
        let hosted = try await HostedHarness.make(
            ScribeService.Script(poll: { id, _ in id == "job-1" ? LoopbackAnswer(410) : nil })
        )
        let run = try await end(hosted)
        #expect(run.state == "fully_generated")
        #expect(hosted.service.submitted.map(\.id) == ["job-1", "job-2"])
        #expect(try await hosted.task(run.id).attempt == 2)
    }

    @Test func `a service that cannot be asked for a while is asked again`() async throws {
        let hosted = try await HostedHarness.make(
            ScribeService.Script(poll: { _, polls in
                switch polls {
                case 1: LoopbackAnswer(500)
                case 2: LoopbackAnswer(200, body: "<html>")
                default: nil
                }
            })
        )
        let run = try await end(hosted)
        #expect(run.state == "fully_generated")
        #expect(hosted.service.submitted.count == 1)
    }

    @Test func `a service that is down is given the job when it is back`() async throws {
        let port = try LoopbackServer.closedPort()
        let provider = ScribeProvider(
            url: "http://127.0.0.1:\(port)",
            client: HTTPClient(policy: .allowPrivateNetworks)
        )
        let harness = try await Harness(others: [provider]) { _, _ in .work(callbacks: 1) }
        let (run, service) = try await harness.serving {
            let runId = try await harness.startRun(providers: ProviderChoice(transcription: "scribe"))
            while true {
                let rows = try await harness.database.pool.query(
                    "SELECT dispatches FROM tasks WHERE run_id = \(runId) AND kind = 'transcribe'"
                )
                if let tries: Int = try rows.first?.get("dispatches"), tries > 1 { break }
                await harness.news.wait(atMostMs: 50)
            }
            let service = try ScribeService(port: port)
            return (try await harness.ended(runId), service)
        }
        #expect(run.state == "fully_generated")
        #expect(service.submitted.count == 1)
        #expect(try await harness.job(run.id, .transcribe).attempt == 1)
        let errors = provider.call.meter.snapshot.errors
        #expect((errors[ProviderMeter.Key(provider: "scribe", word: "connect")] ?? 0) > 1)
    }

    @Test func `a refusal of the service fails the run with its words`() async throws {
        let hosted = try await HostedHarness.make(
            ScribeService.Script(submit: { _, _ in LoopbackAnswer(401, body: "no such key") })
        )
        let run = try await end(hosted)
        #expect(run.state == "failed")
        #expect(run.error?.slug == "provider-refused")
        #expect(run.error?.detail.contains("status 401") == true)
        #expect(hosted.service.submitted.count == 1)
    }
}
