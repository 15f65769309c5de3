import Contracts
import Foundation
import LoopbackSupport
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct DeepgramTests {
    private func bench(
        delivery: DeepgramSettings.Delivery = .callback,
        project: String? = nil,
        now: Date = SpeechBench.time
    ) throws -> (FakeDeepgram, DeepgramProvider) {
        let fake = try FakeDeepgram(transcript: try SpeechBench.fixture("deepgram/result.json"))
        let settings = DeepgramSettings(
            key: Secret(FakeDeepgram.key),
            baseURL: fake.service.url,
            delivery: delivery,
            projectId: project
        )
        let provider = DeepgramProvider(
            settings: settings,
            client: SpeechBench.client,
            meter: SpeechBench.meter,
            now: { now }
        )
        return (fake, provider)
    }

    private let words = SpeechBench(name: "", make: { throw CancellationError() }, speakers: ["0", "1"]).words

    private func submitted(_ fake: FakeDeepgram, _ provider: DeepgramProvider) async throws -> TaskReference {
        let given = await provider.submit(SpeechBench.task(), callbackSecret: SpeechBench.secret)
        guard case .accepted(let id, nil) = given else { throw CallbackDoubt("\(given)") }
        return SpeechBench.reference(id)
    }

    @Test func `the callback holds the transcript, and nothing is asked`() async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        let callback = try #require(fake.callback(task.externalId, saying: .done))
        let asked = fake.service.received.count

        guard case .verified(_, .secret) = provider.verify(callback.incoming()),
            case .made(.transcript(let transcript)) = await provider.poll(task, told: callback.told)
        else {
            Issue.record("the callback is not taken")
            return
        }

        #expect(provider.callbackTrust == .secret)
        #expect(transcript.words == words)
        #expect(transcript.language == "en" && transcript.durationMs == 3_004)
        #expect(transcript.model == "nova-3 general-nova-3")
        #expect(provider.externalId(told: callback.told) == task.externalId)
        #expect(fake.service.received.count == asked)
        #expect(callback.url == "https://gw.example/v1/callbacks/bench/t0k3n?task=tsk_1.1")
    }

    @Test func `another's password is not believed`() async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        let callback = try #require(fake.callback(task.externalId, saying: .done))
        for secret in [nil, Secret(""), Secret("other")] {
            guard case .rejected = provider.verify(callback.incoming(secret: secret)) else {
                Issue.record("it is believed")
                return
            }
        }
    }

    @Test func `an error in a callback fails the task in Deepgram's words`() async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        for (reason, isRetryable) in [("INVALID_AUDIO", false), ("REMOTE_CONTENT_ERROR", true)] {
            let told = try #require(fake.callback(task.externalId, saying: .failed(reason))).told
            guard case .report(let report) = await provider.poll(task, told: told) else {
                Issue.record("an error is no report")
                return
            }
            #expect(report.state == .failed && report.error?.retryable == isRetryable)
            #expect(report.error?.detail.contains(reason) == true)
        }
    }

    @Test(arguments: ["", "<html>", "{", "{}", #"{"results": {"channels": 7}}"#])
    func `a callback that cannot be read ends nothing`(body: String) async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let told = ToldCallback(trust: .secret, body: Array(body.utf8))

        guard case .unreachable = await provider.poll(SpeechBench.reference("req-1"), told: told) else {
            Issue.record("it ends the task")
            return
        }
    }

    @Test func `an address alone is no reason to believe a transcript`() async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        let body = try #require(fake.callback(task.externalId, saying: .done)).body
        let told = ToldCallback(trust: .capability, body: Array(body.utf8))

        guard case .report(let report) = await provider.poll(task, told: told) else {
            Issue.record("it is believed")
            return
        }
        #expect(!report.state.isTerminal)
    }

    @Test func `without a project nothing can be asked or found`() async throws {
        let (fake, provider) = try bench()
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        let asked = fake.service.received.count

        guard case .report(let report) = await provider.poll(task, told: nil) else {
            Issue.record("a request is not under way")
            return
        }
        #expect(report.state == .running)
        #expect(await provider.find(task) == .notFound)
        #expect(provider.submission == .blind)
        #expect(fake.service.received.count == asked)
    }

    @Test func `the project's log tells of a request whose callback is late, and of one that lost it`()
        async throws
    {
        let (fake, provider) = try bench(project: FakeDeepgram.project)
        defer { fake.service.stop() }
        let task = try await submitted(fake, provider)
        func state() async -> TaskReport.State? {
            guard case .report(let report) = await provider.poll(task, told: nil) else { return nil }
            return report.state
        }
        #expect(provider.submission == .findable)
        #expect(await state() == .running)
        fake.jobs.set(.done, of: task.externalId)
        #expect(await state() == .running)
        let settings = DeepgramSettings(
            key: Secret(FakeDeepgram.key),
            baseURL: fake.service.url,
            projectId: FakeDeepgram.project
        )
        let tomorrow = DeepgramProvider(
            settings: settings,
            client: SpeechBench.client,
            meter: SpeechBench.meter,
            now: { SpeechBench.time.addingTimeInterval(86_400) }
        )
        #expect(await tomorrow.poll(task, told: nil) == .forgotten)
        fake.jobs.set(.failed("x"), of: task.externalId)
        #expect(await state() == .failed)
    }

    @Test func `a request whose receipt was lost is found by our note in it`() async throws {
        let (fake, provider) = try bench(project: FakeDeepgram.project)
        defer { fake.service.stop() }
        fake.service.trouble(.lostReply)
        guard
            case .unknownOutcome = await provider.submit(
                SpeechBench.task(),
                callbackSecret: SpeechBench.secret
            )
        else {
            Issue.record("a lost reply tells something")
            return
        }

        #expect(await provider.find(SpeechBench.reference("tsk_1")) == .found(externalId: "req-1"))
        let other = TaskReference(taskId: "tsk_", attempt: 1, externalId: "tsk_")
        #expect(await provider.find(other) == .notFound)
    }

    @Test func `where no callback can come in, the answer holds the transcript`() async throws {
        let (fake, provider) = try bench(delivery: .answer)
        defer { fake.service.stop() }

        let given = await provider.submit(SpeechBench.task(), callbackSecret: SpeechBench.secret)

        guard case .made("req-1", .transcript(let transcript)) = given else {
            Issue.record("the result is \(given)")
            return
        }
        #expect(transcript.words == words)
        fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "9")])))
        let busy = await provider.submit(SpeechBench.task(), callbackSecret: SpeechBench.secret)
        #expect(busy == .busy(retryAfterMs: 9_000))
    }

    @Test func `errors are told in each of their three shapes`() {
        let shapes = [
            "Invalid credentials": "Invalid credentials",
            #"{"err_code": "A", "err_msg": "b", "request_id": "r"}"#: "A: b",
            #"{"category": "A", "message": "b", "details": "c", "request_id": "r"}"#: "A: b: c",
        ]
        for (body, words) in shapes { #expect(DeepgramAnswers.words(Array(body.utf8)) == words) }
        #expect(DeepgramAnswers.words(Array("<html>no</html>".utf8)) == nil)
        #expect(DeepgramAnswers.words([]) == nil)
    }

    @Test func `channels of their own are speakers of their own`() throws {
        let channel = #"{"alternatives": [{"words": [{"word": "hi", "start": 0, "end": 1}]}]}"#
        let answer = #"{"results": {"channels": [\#(channel), \#(channel)]}}"#
        guard case .transcript(let transcript) = try DeepgramAnswers.read(Array(answer.utf8), model: "m")
        else {
            Issue.record("it is no transcript")
            return
        }
        #expect(transcript.words.map(\.speaker) == ["0-0", "1-0"])
    }
}
