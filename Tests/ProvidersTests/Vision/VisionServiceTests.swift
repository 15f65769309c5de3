import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct VisionServiceTests {
    @Test func `a request is the contract's, and names its attempt`() throws {
        let settings = VisionServiceSettings(
            baseURL: "https://vision-abc-ew.a.run.app/base",
            access: .signature(.secret(VisionServiceBench.requestKey)),
            callbackKeys: [],
            callbackKeyId: "k2",
            sampleFps: 7
        )
        let input = try VisionInput(VisionBench.task(attempt: 2), provider: "v")
        let request = try VisionServiceRequests(settings: settings).submit(input)
        let sent = try WireJSON.decode(VisionRequest.self, from: Data(request.http.body ?? []))

        #expect(request.http.method == "POST")
        #expect(request.http.url == "https://vision-abc-ew.a.run.app/base/v1/analyses")
        #expect(VisionBench.header(request.http, "idempotency-key") == "tsk_1-2")
        #expect(request.id == "tsk_1-2" && sent.attemptId == "tsk_1-2" && sent.version == 1)
        #expect(sent.analysis == [.faces] && sent.sampleFps == 7 && sent.deadline == VisionBench.time)
        #expect(sent.callback.url == "https://gw.example/v1/callbacks/bench/t0k3n")
        #expect(sent.callback.keyId == "k2" && sent.callback.scheme == .standardWebhooks)
        #expect(sent.clips.map(\.clip) == ["clip-01", "clip-02"])
        #expect(sent.clips[1].rangeMs == [840, 4_840])
        #expect(
            sent.clips[1].mediaUrl
                == "https://gw.example/v1/artifacts/clip-media-clip-02.mp4/content?expires=1"
        )
        #expect(sent.clips[1].width == 1_920 && sent.clips[1].sizeBytes == 1_000)
        // The source as a whole is nobody's business.
        #expect(!VisionBench.body(request.http).contains("media.mp4?"))
    }

    @Test(arguments: [
        ("https://v.a.run.app", "https://v.a.run.app"),
        ("https://v.a.run.app/x/y", "https://v.a.run.app"),
        ("http://10.0.0.1:8080/x", "http://10.0.0.1:8080"),
    ])
    func `a token is for the root of the service`(url: String, audience: String) {
        let settings = VisionServiceSettings(
            baseURL: url,
            access: .identity(.metadataServer()),
            callbackKeys: [],
            sampleFps: 100
        )
        #expect(settings.audience == audience && settings.sampleFps == 30)
    }

    @Test func `settings show no key`() throws {
        let settings = VisionServiceSettings(
            baseURL: "https://v.a.run.app",
            access: .signature(.secret(VisionServiceBench.requestKey)),
            callbackKeys: [.secret(VisionServiceBench.callbackKey)]
        )
        var shown = "\(settings)"
        dump(settings, to: &shown)
        for key in [VisionServiceBench.requestKey, VisionServiceBench.callbackKey] {
            #expect(!shown.contains(key.reveal().dropFirst(WebhookSecret.prefix.count)))
        }
    }

    @Test func `work is given, asked for and seen`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        let task = VisionBench.reference(id)

        for (state, expected, progress) in [
            (FakeJobState.waiting, TaskReport.State.queued, 0.0), (.running, .running, 0.5),
        ] {
            bench.fake.jobs.set(state, of: id)
            guard case .report(let report) = await bench.provider.poll(task, told: nil) else {
                Issue.record("work under way is no report")
                return
            }
            #expect(report.state == expected && report.progress == progress && report.attempt == 1)
        }
        bench.fake.jobs.set(.done, of: id)
        guard case .made(.faces(let clips)) = await bench.provider.poll(task, told: nil) else {
            Issue.record("done work is not seen")
            return
        }
        #expect(clips.map(\.clip) == ["clip-01", "clip-02"])
        let face = try #require(clips[0].tracks.first)
        #expect(
            clips[0].tracks.count == 1
                && face.sightings.map(\.tMs) == Array(stride(from: 0, through: 4_000, by: 500))
        )
        #expect(
            face.sightings[0]
                == FaceSighting(tMs: 0, x: 0.4, y: 0.2, width: 0.15, height: 0.3, score: 0.97, mouthOpen: 0.3)
        )
    }

    @Test func `the same attempt is the same work, and another task with its key is refused for now`()
        async throws
    {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        #expect(await bench.submit() == .accepted(externalId: id, report: nil))
        guard case .accepted(let next, nil) = await bench.submit(VisionBench.task(attempt: 2)) else {
            Issue.record("a new attempt is not new work")
            return
        }
        #expect(next != id && bench.fake.jobs.all.count == 2)

        var other = VisionBench.task()
        for index in other.inputs.indices { other.inputs[index].sha256 = String(repeating: "b", count: 64) }
        guard case .refused(let problem) = await bench.submit(other) else {
            Issue.record("other work under the same key is taken")
            return
        }
        // A new task has a new key.
        #expect(problem.retryable == true && problem.detail.contains("The key is that of other work."))
    }

    @Test func `what is finished at once is made at once`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let done = #"{"attempt_id": "tsk_1-1", "job_id": "v-9", "status": "succeeded", "clips": []}"#
        bench.fake.service.trouble(.garbledReply(done))
        #expect(await bench.submit() == .made(externalId: "v-9", .faces([])))

        let failed =
            #"{"attempt_id": "tsk_1-1", "job_id": "v-9", "status": "failed", "error": {"code": "c", "message": "no video", "retryable": false}}"#
        bench.fake.service.trouble(.garbledReply(failed))
        guard case .accepted("v-9", let report?) = await bench.submit() else {
            Issue.record("a failure is no report")
            return
        }
        #expect(report.state == .failed && report.error?.detail.contains("(c): no video") == true)
    }

    @Test func `work that failed says why, and a word that is not known has not ended`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        bench.fake.jobs.set(.failed("unsupported codec"), of: id)
        guard case .report(let report) = await bench.provider.poll(VisionBench.reference(id), told: nil)
        else {
            Issue.record("a failure is no report")
            return
        }
        #expect(report.state == .failed && report.error?.retryable == false)
        #expect(report.error?.detail.contains("(unreadable): unsupported codec") == true)

        for (word, state) in [("pondering", TaskReport.State.running), ("cancelled", .failed)] {
            bench.fake.jobs.set(.word(word), of: id)
            guard case .report(let report) = await bench.provider.poll(VisionBench.reference(id), told: nil)
            else {
                Issue.record("'\(word)' is no report")
                return
            }
            #expect(report.state == state)
        }
        #expect(
            bench.meter.snapshot.unknownStatuses
                == [ProviderMeter.Key(provider: "vision-service", word: "pondering"): 1]
        )
    }

    @Test func `what is answered to a request decides whether it is given again`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        func submit(_ trouble: FakeService.Trouble) async -> SubmitResult {
            bench.fake.service.trouble(trouble)
            return await bench.submit()
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
        let troubles: [FakeService.Trouble] = [
            .answer(LoopbackAnswer(500)), .answer(LoopbackAnswer(504)), .lostReply, .garbledReply(""),
            .garbledReply("<html>login</html>"), .garbledReply("{}"),
            .garbledReply(#"{"attempt_id": "tsk_1-9", "job_id": "v-1", "status": "accepted"}"#),
            .garbledReply(#"{"attempt_id": "tsk_1-1", "job_id": "../v", "status": "accepted"}"#),
        ]
        for trouble in troubles {
            guard case .unknownOutcome = await submit(trouble) else {
                Issue.record("\(trouble) tells the outcome")
                return
            }
        }
        // However often it was given, it is there once.
        #expect(bench.fake.jobs.all.count == 1)
        bench.fake.service.stop()
        guard case .unreachable = await bench.submit() else {
            Issue.record("a service that is away has the work")
            return
        }
    }

    @Test func `only the service's own word ends work that is asked for`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        bench.fake.jobs.set(.done, of: id)
        let task = VisionBench.reference(id)
        let own = #""attempt_id": "tsk_1-1", "job_id": "\#(id)""#
        let troubles: [FakeService.Trouble] = [
            .answer(LoopbackAnswer(401)), .answer(LoopbackAnswer(500)), .answer(LoopbackAnswer(503)), .hangUp,
            .garbledReply("<html>login</html>"), .garbledReply(""),
            .garbledReply(#"{"attempt_id": "tsk_1-2", "job_id": "\#(id)", "status": "failed"}"#),
            .garbledReply(#"{"attempt_id": "tsk_1-1", "job_id": "v-77", "status": "failed"}"#),
            .garbledReply("{\(own), \"status\": \"succeeded\", \"clips\": 7}"),
            .garbledReply(String(repeating: "[", count: 100_000)),
        ]
        for trouble in troubles {
            bench.fake.service.trouble(trouble)
            guard case .unreachable = await bench.provider.poll(task, told: nil) else {
                Issue.record("\(trouble) ends the work")
                return
            }
        }
        bench.fake.service.trouble(.garbledReply("{\(own), \"status\": \"succeeded\"}"))
        #expect(await bench.provider.poll(task, told: nil).word == "unusable")
        bench.fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "40")])))
        guard case .unreachable(_, retryAfterMs: 40_000) = await bench.provider.poll(task, told: nil) else {
            Issue.record("the wish to wait is lost")
            return
        }
        bench.fake.service.trouble(.answer(LoopbackAnswer(410)))
        #expect(await bench.provider.poll(task, told: nil) == .forgotten)
        #expect(await bench.provider.poll(VisionBench.reference("v-99"), told: nil) == .forgotten)
        #expect(await bench.provider.poll(VisionBench.reference("../../x"), told: nil) == .forgotten)
    }

    @Test func `what nobody wants any more is cancelled`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()

        await bench.provider.cancel(externalId: "a/b?c")
        #expect(bench.fake.jobs.all.count == 1)
        await bench.provider.cancel(externalId: id)
        #expect(bench.fake.jobs.all.isEmpty && bench.fake.service.received.count == 2)
    }

    @Test func `work of other kinds, or without clips, is refused`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        var tasks = ProviderTask.Kind.allCases.filter { $0 != .framing }.map { VisionBench.task($0) }
        tasks += [
            VisionBench.task(clips: nil), VisionBench.task(clips: []),
            VisionBench.task(inputs: [VisionBench.input("media.mp4")]),
        ]
        for task in tasks {
            guard case .refused(let problem) = await bench.submit(task) else {
                Issue.record("\(task.kind) is not refused")
                return
            }
            #expect(problem.retryable == false)
        }
        for kind in ProviderTask.Kind.allCases {
            #expect(bench.provider.performs(kind) == (kind == .framing))
        }
        #expect(bench.fake.service.received.isEmpty)
    }
}
