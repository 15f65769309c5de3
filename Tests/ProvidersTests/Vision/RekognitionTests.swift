import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct RekognitionTests {
    private static let frames = stride(from: 0, to: 20_000, by: 200).map { FakeRekognition.detection($0) }

    @Test func `an order names an object, an attempt and a topic, and is signed`() throws {
        let requests = RekognitionRequests(settings: RekognitionBench.settings(endpoint: nil))
        let video = try #require(S3Object(bucket: "media", key: "t/media.mp4"))
        let request = try requests.start("tsk_1-2", video: video, now: 1_700_000_000)

        #expect(request.method == "POST" && request.url == "https://rekognition.eu-west-1.amazonaws.com/")
        #expect(VisionBench.header(request, "x-amz-target") == "RekognitionService.StartFaceDetection")
        #expect(VisionBench.header(request, "content-type") == "application/x-amz-json-1.1")
        #expect(
            VisionBench.header(request, "authorization")?.contains("/eu-west-1/rekognition/aws4_request")
                == true
        )
        #expect(
            VisionBench.body(request) == """
                {"ClientRequestToken":"tsk_1-2","FaceAttributes":"DEFAULT","JobTag":"tsk_1-2",\
                "NotificationChannel":{"RoleArn":"arn:aws:iam::1:role/r",\
                "SNSTopicArn":"arn:aws:sns:eu-west-1:123456789012:AmazonRekognition-gw"},\
                "Video":{"S3Object":{"Bucket":"media","Name":"t/media.mp4"}}}
                """
        )
        let silent = RekognitionRequests(
            settings: RekognitionBench.settings(endpoint: nil, hasTopic: false)
        )
        let body = VisionBench.body(try silent.start("tsk_1-2", video: video, now: 1_700_000_000))
        #expect(!body.contains("NotificationChannel"))
        let page = try requests.page("6de0", token: "AAAA", now: 1_700_000_000)
        #expect(VisionBench.header(page, "x-amz-target") == "RekognitionService.GetFaceDetection")
        #expect(VisionBench.body(page) == #"{"JobId":"6de0","MaxResults":1000,"NextToken":"AAAA"}"#)
        let first = VisionBench.body(try requests.page("6de0", token: nil, now: 1_700_000_000))
        #expect(first == #"{"JobId":"6de0","MaxResults":1000}"#)
        #expect(!"\(RekognitionBench.settings(endpoint: nil))".contains("k3y"))
    }

    @Test func `one job looks at the whole source, page by page`() async throws {
        let bench = try RekognitionBench(Self.frames, pageSize: 30)
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        #expect(bench.fake.jobs[id]?.member("Video.S3Object.Name") == "t/media.mp4")

        for state in [FakeJobState.waiting, .running] {
            bench.fake.jobs.set(state, of: id)
            guard case .report(let report) = await bench.poll(id), report.state == .running else {
                Issue.record("a job under way is no report")
                return
            }
        }
        bench.fake.jobs.set(.done, of: id)
        let before = bench.fake.service.received.count
        guard case .made(.sourceFaces(let faces)) = await bench.poll(id) else {
            Issue.record("a done job is not seen")
            return
        }
        #expect(bench.fake.service.received.count - before == 4)
        #expect(
            faces.count == 1 && faces[0].sightings.map(\.tMs) == Array(stride(from: 0, to: 20_000, by: 200))
        )
        let first = try #require(faces.first?.sightings.first)
        #expect(first == FaceSighting(tMs: 0, x: 0.4, y: 0.2, width: 0.15, height: 0.3, score: 0.995))
    }

    @Test func `the same attempt is the same job, and an order that changed needs a new task`() async throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        bench.fake.service.trouble(.lostReply)
        guard case .unknownOutcome = await bench.submit() else {
            Issue.record("a lost reply tells the outcome")
            return
        }
        let id = try await bench.submitted()
        #expect(try await bench.submitted() == id && bench.fake.jobs.all.count == 1)
        guard case .accepted(let next, nil) = await bench.submit(VisionBench.task(attempt: 2)) else {
            Issue.record("a new attempt is not a new job")
            return
        }
        #expect(next != id)
        let silent = bench.provider(hasTopic: false)
        guard
            case .refused(let problem) = await silent.submit(
                VisionBench.task(),
                callbackSecret: VisionBench.secret
            )
        else {
            Issue.record("another order under the same token is taken")
            return
        }
        #expect(problem.retryable == true && problem.detail.contains("IdempotentParameterMismatch"))
    }

    @Test func `video has to lie in S3, or the task is refused with the reason`() async throws {
        let bench = try RekognitionBench()
        let link = VisionBench.sourceURL
        let s3 = try LoopbackServer.answering { _ in LoopbackAnswer(307, headers: [("location", link)]) }
        let local = try LoopbackServer.answering { _ in LoopbackAnswer(206, body: "R") }
        let missing = try LoopbackServer.answering { _ in LoopbackAnswer(404) }
        defer {
            bench.fake.service.stop()
            for server in [s3, local, missing] { server.stop() }
        }
        guard case .refused(let problem) = await bench.submit(VisionBench.task(sourceURL: "\(local.url)/a"))
        else {
            Issue.record("video elsewhere is not refused")
            return
        }
        #expect(problem.retryable == false && problem.detail.contains("video in S3"))
        guard case .unreachable = await bench.submit(VisionBench.task(sourceURL: "\(missing.url)/a")) else {
            Issue.record("video that is not there is refused for good")
            return
        }
        var task = VisionBench.task()
        task.inputs.removeAll { $0.name == "media.mp4" }
        guard case .refused(let removed) = await bench.submit(task) else {
            Issue.record("video that is not kept is not refused")
            return
        }
        #expect(removed.slug == "artifact-removed" && removed.retryable == false)
        #expect(bench.fake.service.received.isEmpty)
        guard case .accepted = await bench.submit(VisionBench.task(sourceURL: "\(s3.url)/a")) else {
            Issue.record("a link that leads to S3 is refused")
            return
        }
        // The links of tasks ask the gateway to answer itself.
        let direct = "\(s3.url)/a?expires=1&signature=s&redirect=false"
        guard case .accepted = await bench.submit(VisionBench.task(sourceURL: direct)) else {
            Issue.record("a link of a task does not lead to S3")
            return
        }
        #expect(s3.received.map(\.target) == ["/a", "/a?expires=1&signature=s&redirect=true"])
        #expect(s3.received.allSatisfy { $0.header("range") == "bytes=0-0" })
    }

    @Test func `throttling passes, a refusal does not`() async throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        func submit(_ answer: LoopbackAnswer) async -> SubmitResult {
            bench.fake.service.trouble(.answer(answer))
            return await bench.submit()
        }
        for type in [
            "ThrottlingException", "LimitExceededException", "ProvisionedThroughputExceededException",
        ] {
            let answer = FakeRekognition.trouble(type, "Not now.")
            #expect(await submit(answer) == .busy(retryAfterMs: 5_000), "\(type)")
        }
        var patient = FakeRekognition.trouble("LimitExceededException", "Not now.")
        patient.headers.append(("retry-after", "30"))
        #expect(await submit(patient) == .busy(retryAfterMs: 30_000))
        #expect(
            await submit(LoopbackAnswer(429, headers: [("retry-after", "9")])) == .busy(retryAfterMs: 9_000)
        )
        for type in [
            "VideoTooLargeException", "InvalidS3ObjectException", "AccessDeniedException",
            "InvalidParameterException", "UnrecognizedClientException",
        ] {
            guard case .refused(let problem) = await submit(FakeRekognition.trouble(type, "Not ever."))
            else {
                Issue.record("\(type) is no refusal")
                return
            }
            #expect(problem.retryable == false && problem.detail.contains("\(type): Not ever."))
        }
        guard
            case .unknownOutcome = await submit(
                LoopbackAnswer(500, body: #"{"__type": "InternalServerError"}"#)
            ), case .unreachable = await submit(LoopbackAnswer(503))
        else {
            Issue.record("an internal error tells the outcome, or a pause leaves it open")
            return
        }
        for text in ["", "<html>", "{}", #"{"JobId": 7}"#, #"{"JobId": "a/b"}"#] {
            bench.fake.service.trouble(.garbledReply(text))
            guard case .unknownOutcome = await bench.submit() else {
                Issue.record("'\(text)' tells the outcome")
                return
            }
        }
        #expect(bench.fake.jobs.all.count == 1)
    }

    @Test func `a job that failed says why; one that AWS no longer has is given out anew`() async throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        for (words, isRetryable) in [("unsupported codec", false), ("Internal error.", true)] {
            bench.fake.jobs.set(.failed(words), of: id)
            guard case .report(let report) = await bench.poll(id) else {
                Issue.record("a failure is no report")
                return
            }
            #expect(report.state == .failed && report.error?.retryable == isRetryable)
            #expect(report.error?.detail.contains(words) == true)
        }
        bench.fake.jobs.set(.word("PARTIAL_SUCCESS"), of: id)
        guard case .report(let report) = await bench.poll(id), report.state == .running else {
            Issue.record("an unknown word ends the job")
            return
        }
        let key = ProviderMeter.Key(provider: "rekognition", word: "partial_success")
        #expect(bench.meter.snapshot.unknownStatuses == [key: 1])
        bench.fake.jobs.remove(id)
        #expect(await bench.poll(id) == .forgotten)
        #expect(await bench.poll("a/b") == .forgotten)
    }

    @Test func `trouble between the pages ends nothing`() async throws {
        let bench = try RekognitionBench(Self.frames, pageSize: 30)
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        bench.fake.jobs.set(.done, of: id)
        let troubles: [FakeService.Trouble] = [
            .answer(LoopbackAnswer(500)), .answer(LoopbackAnswer(401)), .hangUp, .garbledReply("{"),
            .answer(FakeRekognition.trouble("InvalidPaginationTokenException", "Too old.")),
            .garbledReply(#"{"JobId": "other", "JobStatus": "SUCCEEDED", "Faces": []}"#),
        ]
        for trouble in troubles {
            bench.fake.service.trouble(.passes, .passes, trouble)
            guard case .unreachable = await bench.poll(id) else {
                Issue.record("\(trouble) ends the job")
                return
            }
        }
        let busy = FakeRekognition.trouble("ProvisionedThroughputExceededException", "Not now.")
        bench.fake.service.trouble(
            .passes,
            .answer(LoopbackAnswer(400, headers: [("retry-after", "20")], bytes: busy.body))
        )
        guard case .unreachable(_, retryAfterMs: 20_000) = await bench.poll(id) else {
            Issue.record("the wish to wait is lost")
            return
        }
        guard case .made = await bench.poll(id) else {
            Issue.record("it is not read in the end")
            return
        }
    }

    @Test func `pages that never end are not followed for ever`() async throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        func page(_ next: String) -> FakeService.Trouble {
            .garbledReply(#"{"JobStatus": "SUCCEEDED", "Faces": [], "NextToken": "\#(next)"}"#)
        }
        // A circle may be a fault of the moment.
        bench.fake.service.trouble(page("a"), page("b"), page("a"))
        guard case .unusable(let problem) = await bench.poll(id) else {
            Issue.record("a circle ends the job")
            return
        }
        #expect(problem.detail.contains("circle"))
        let before = bench.fake.service.received.count
        #expect(before == 4)
        for number in 0..<RekognitionProvider.pagesMax { bench.fake.service.trouble(page("p\(number)")) }
        guard case .report(let report) = await bench.poll(id), report.state == .failed else {
            Issue.record("endless pages are followed")
            return
        }
        #expect(report.error?.retryable == false && report.error?.detail.contains("2000 pages") == true)
        #expect(bench.fake.service.received.count - before == RekognitionProvider.pagesMax)
    }

    @Test func `nothing is sent about a job that nobody wants any more`() async throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        await bench.provider().cancel(externalId: "6de0-1")
        for kind in ProviderTask.Kind.allCases where kind != .framing {
            #expect(!bench.provider().performs(kind))
            guard case .refused = await bench.submit(VisionBench.task(kind)) else {
                Issue.record("\(kind) is not refused")
                return
            }
        }
        #expect(bench.provider().performs(.framing) && bench.fake.service.received.isEmpty)
    }

    @Test func `it is asked more often where no topic tells`() throws {
        let bench = try RekognitionBench()
        defer { bench.fake.service.stop() }
        let told = bench.provider().pollSchedule(for: .framing, mediaMs: 7_200_000)
        let silent = bench.provider(hasTopic: false).pollSchedule(for: .framing, mediaMs: 60_000)
        #expect(told.delayMsMax == 60_000 && told.deadlineMs == 7_200_000 && told.firstDelayMs == 300_000)
        #expect(silent.delayMsMax == 10_000 && silent.deadlineMs == 900_000 && silent.firstDelayMs == 30_000)
        #expect(bench.provider().pollSchedule.deadlineMs == 3_600_000)
    }
}
