import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

/// What all adapters share whose providers keep jobs that can be asked for.
@Suite struct SpeechProviderTests {
    @Test(arguments: SpeechBench.jobs)
    func `a job is given, asked for and heard`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }

        let given = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)

        guard case .accepted(let id, nil) = given else {
            Issue.record("the result is \(given)")
            return
        }
        let task = SpeechBench.reference(id)
        for (state, expected) in [(FakeJobState.waiting, TaskReport.State.queued), (.running, .running)] {
            fake.jobs.set(state, of: id)
            guard case .report(let report) = await provider.poll(task, told: nil) else {
                Issue.record("a job under way is no report")
                return
            }
            // Rev.ai has one word for both.
            #expect(report.state == expected || bench.name == "revai")
            #expect(!report.state.isTerminal && report.taskId == task.taskId && report.attempt == 1)
        }
        fake.jobs.set(.done, of: id)
        guard case .made(.transcript(let transcript)) = await provider.poll(task, told: nil) else {
            Issue.record("a done job is not heard")
            return
        }
        #expect(transcript.words == bench.words)
        #expect(transcript.language == bench.language)
        #expect(transcript.warnings.isEmpty)
        #expect(!transcript.model.isEmpty)
    }

    @Test(arguments: SpeechBench.jobs)
    func `a job that failed says why, in its provider's words`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.failed("unsupported codec"), of: id)

        guard case .report(let report) = await provider.poll(SpeechBench.reference(id), told: nil) else {
            Issue.record("a failure is no report")
            return
        }

        #expect(report.state == .failed)
        #expect(report.error?.detail.contains("unsupported codec") == true)
        #expect(report.error?.retryable == false)
    }

    @Test(arguments: SpeechBench.jobs)
    func `a state that is not known has not ended, and is counted`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.word("pondering"), of: id)
        let before = SpeechBench.meter(provider.name, unknownStatus: "pondering")

        guard case .report(let report) = await provider.poll(SpeechBench.reference(id), told: nil) else {
            Issue.record("an unknown state is no report")
            return
        }

        #expect(report.state == .running)
        #expect(SpeechBench.meter(provider.name, unknownStatus: "pondering") == before + 1)
    }

    @Test(arguments: SpeechBench.jobs)
    func `what is answered to an order decides whether it is given again`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        func submit(_ trouble: FakeService.Trouble) async -> SubmitResult {
            fake.service.trouble(trouble)
            return await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        }

        #expect(
            await submit(.answer(LoopbackAnswer(429, headers: [("retry-after", "7")])))
                == .busy(retryAfterMs: 7_000)
        )
        for status in [400, 401, 403, 404, 413, 422] {
            guard case .refused(let problem) = await submit(.answer(LoopbackAnswer(status))) else {
                Issue.record("\(status) is no refusal")
                return
            }
            #expect(problem.retryable == false && problem.detail.contains("\(status)"))
        }
        guard case .unreachable = await submit(.answer(LoopbackAnswer(503))) else {
            Issue.record("503 leaves the outcome open")
            return
        }
        for status in [408, 500, 502, 504] {
            guard case .unknownOutcome = await submit(.answer(LoopbackAnswer(status))) else {
                Issue.record("\(status) tells whether there is a job")
                return
            }
        }
        #expect(fake.jobs.all.isEmpty)
        guard case .unknownOutcome = await submit(.lostReply) else {
            Issue.record("a lost reply tells whether there is a job")
            return
        }
        fake.service.stop()
        guard case .unreachable = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        else {
            Issue.record("a service that is away has the job")
            return
        }
    }

    @Test(arguments: SpeechBench.jobs)
    func `a key that is not good is told as such`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        fake.service.trouble(.answer(LoopbackAnswer(401, body: "<html><b>401</b></html>")))

        let given = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)

        guard case .refused(let problem) = given else {
            Issue.record("the result is \(given)")
            return
        }
        #expect(!problem.detail.contains("<html"))
    }

    @Test(arguments: SpeechBench.jobs, ["", "<html>login</html>", "{", "[]", "{}", "null", #"{"id": 7}"#])
    func `a receipt that cannot be read leaves the outcome open`(
        bench: SpeechBench,
        text: String
    ) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        fake.service.trouble(.garbledReply(text))

        let given = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)

        // The name of a job at AWS is ours, whatever is said about it.
        switch given {
        case .unknownOutcome: #expect(bench.hasOwnCallbacks)
        case .accepted: #expect(!bench.hasOwnCallbacks)
        default: Issue.record("the result is \(given)")
        }
    }

    @Test(arguments: SpeechBench.jobs)
    func `a job whose receipt was lost is found, and another's is not`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        let task = SpeechBench.reference(SpeechBench.taskId)
        #expect(await provider.find(task) == .notFound)
        fake.service.trouble(.lostReply)
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id

        #expect(await provider.find(task) == .found(externalId: id))
        let later = TaskReference(taskId: SpeechBench.taskId, attempt: 11, externalId: SpeechBench.taskId)
        #expect(await provider.find(later) == .notFound)
        fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "30")])))
        guard case .unreachable(_, retryAfterMs: 30_000) = await provider.find(task) else {
            Issue.record("a busy service has nothing")
            return
        }
    }

    @Test(arguments: SpeechBench.jobs)
    func `only the provider's own word ends a job that is asked for`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.done, of: id)
        let troubles: [FakeService.Trouble] = [
            .answer(LoopbackAnswer(401)), .answer(LoopbackAnswer(500)), .answer(LoopbackAnswer(503)), .hangUp,
            .garbledReply("<html>login</html>"), .garbledReply(""), .garbledReply("{\"id\": \"other\"}"),
            .garbledReply(String(repeating: "[", count: 100_000)),
        ]
        for trouble in troubles {
            fake.service.trouble(trouble)
            guard case .unreachable = await provider.poll(SpeechBench.reference(id), told: nil) else {
                Issue.record("\(trouble) ends the job")
                return
            }
        }
        fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "40")])))
        let busy = await provider.poll(SpeechBench.reference(id), told: nil)
        guard case .unreachable(_, retryAfterMs: 40_000) = busy else {
            Issue.record("the wish to wait is lost: \(busy)")
            return
        }
        #expect(await provider.poll(SpeechBench.reference("nobody"), told: nil) == .forgotten)
        #expect(await provider.poll(SpeechBench.reference("../../v2/jobs"), told: nil) == .forgotten)
    }

    /// Answers to the question for a transcript; that of AssemblyAI is the one for the job.
    private func unusable(_ bench: SpeechBench, _ id: String) -> [[FakeService.Trouble]] {
        guard bench.name != "assemblyai" else {
            return ["", #", "words": null"#, #", "words": "a""#, #", "words": [{"text": "a"}]"#].map {
                [.garbledReply(#"{"id": "\#(id)", "status": "completed"\#($0)}"#)]
            }
        }
        let missing = FakeService.Trouble.answer(LoopbackAnswer(404))
        // A link of AWS is asked for anew, once.
        let isTwice = bench.name == "aws-transcribe"
        return [isTwice ? [.passes, missing, .passes, missing] : [.passes, missing]]
            + ["", "<html>", "{", "{\"results\": 7, \"monologues\": 7}"].map { [.passes, .garbledReply($0)] }
    }

    @Test(arguments: SpeechBench.jobs)
    func `a transcript that is done and cannot be had is told as such`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.done, of: id)
        for troubles in unusable(bench, id) {
            for trouble in troubles { fake.service.trouble(trouble) }
            let result = await provider.poll(SpeechBench.reference(id), told: nil)
            #expect(result.word == "unusable", "\(troubles): \(result)")
            #expect(result.problem?.detail.contains("'\(provider.name)'") == true)
        }
        if bench.name != "assemblyai" { fake.service.trouble(.passes) }
        fake.service.trouble(.answer(LoopbackAnswer(503)))
        #expect(await provider.poll(SpeechBench.reference(id), told: nil).word == "unreachable")
        #expect(await provider.poll(SpeechBench.reference(id), told: nil).word == "made")
    }

    @Test(arguments: SpeechBench.jobs)
    func `what nobody wants any more is removed`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.done, of: id)

        await provider.cancel(externalId: id)
        await provider.cancel(externalId: "a/b?c")

        #expect(fake.jobs.all.isEmpty)
        #expect(await provider.poll(SpeechBench.reference(id), told: nil) == .forgotten)
    }

    @Test(arguments: SpeechBench.jobs)
    func `work of other kinds is refused`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        for kind in ProviderTask.Kind.allCases where kind != .transcribe {
            #expect(!provider.performs(kind))
            let given = await provider.submit(bench.order(kind), callbackSecret: SpeechBench.secret)
            guard case .refused(let problem) = given else {
                Issue.record("\(kind) is not refused")
                return
            }
            #expect(problem.retryable == false)
        }
        #expect(provider.performs(.transcribe))
        #expect(fake.service.received.isEmpty)
    }

    @Test(arguments: SpeechBench.jobs)
    func `silence is told as such`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.done, of: id)
        let silent = [
            "assemblyai": #"{"id": "\#(id)", "status": "completed", "words": [], "audio_duration": 3}"#,
            "speechmatics": #"{"format": "2.9", "results": []}"#, "revai": #"{"monologues": []}"#,
            "aws-transcribe": #"{"results": {"items": []}}"#,
        ]
        // The state comes first where the transcript is a question of its own.
        if bench.name != "assemblyai" { fake.service.trouble(.passes) }
        fake.service.trouble(.garbledReply(try #require(silent[bench.name])))

        guard case .report(let report) = await provider.poll(SpeechBench.reference(id), told: nil) else {
            Issue.record("silence is a transcript")
            return
        }

        #expect(report.state == .failed && report.error?.slug == "source-no-speech")
    }
}
