import Contracts
import Foundation
import MediaWorker
import OutboundHTTP
import Signatures
import Testing

@Suite(.timeLimit(.minutes(2))) struct WorkerServiceTests {
    private static let done = ClosureHandler { _ in }

    @Test func `a request without a good signature is refused before it is read`() async throws {
        try await WorkerHarness.run(handlers: [.segment: Self.done]) { worker in
            let body = [UInt8](try WireJSON.encode(worker.task(.segment)))
            let now = Int64(Date().timeIntervalSince1970)
            let other = WebhookSecret.generate()
            func headers(_ timestamp: Int64, _ secret: WebhookSecret) -> [(name: String, value: String)] {
                [
                    (WebhookHeaders.idName, "cb_1"), (WebhookHeaders.timestampName, String(timestamp)),
                    (
                        WebhookHeaders.signatureName,
                        WebhookSignature.sign(id: "cb_1", timestamp: timestamp, body: body, secret: secret)
                    ),
                ]
            }
            let attempts = [
                [], headers(now, other), headers(now - 3_600, worker.secret),
                headers(now + 3_600, worker.secret),
            ]

            for headers in attempts {
                let answer = try await worker.client.send(
                    HTTPRequest(method: "POST", url: worker.url + "/v1/tasks", headers: headers, body: body)
                )
                #expect(answer.status == 401)
                #expect(answer.header("content-type") == "application/problem+json")
                #expect(try answer.decode(Problem.self).slug == "invalid-signature")
            }
        }
    }

    @Test func `a signature over other bytes is refused`() async throws {
        try await WorkerHarness.run(handlers: [.segment: Self.done]) { worker in
            let now = Int64(Date().timeIntervalSince1970)
            let signature = WebhookSignature.sign(
                id: "cb_1",
                timestamp: now,
                body: Array("{}".utf8),
                secret: worker.secret
            )

            let answer = try await worker.client.send(
                HTTPRequest(
                    method: "POST",
                    url: worker.url + "/v1/tasks",
                    headers: [
                        (WebhookHeaders.idName, "cb_1"), (WebhookHeaders.timestampName, String(now)),
                        (WebhookHeaders.signatureName, signature),
                    ],
                    body: Array("{ }".utf8)
                )
            )

            #expect(answer.status == 401)
        }
    }

    @Test func `a bad body is answered with the problem that it has`() async throws {
        try await WorkerHarness.run(handlers: [.segment: Self.done]) { worker in
            var wrong = worker.task(.segment)
            wrong.taskId = "../../etc"
            wrong.inputs = [
                ProviderTask.Input(name: "../x", url: "file:///etc/passwd", sha256: "A", sizeBytes: -1)
            ]

            let noJSON = try await worker.send("POST", "/v1/tasks", body: Array("{".utf8))
            let missing = try await worker.send("POST", "/v1/tasks", body: Array("{}".utf8))
            let invalid = try await worker.dispatch(wrong)
            let tooLarge = try await worker.send(
                "POST",
                "/v1/tasks",
                body: [UInt8](repeating: 32, count: (8 << 20) + 1)
            )

            #expect(noJSON.status == 400)
            #expect(missing.status == 422)
            #expect(invalid.status == 422)
            #expect(try invalid.decode(Problem.self).errors?.count == 5)
            #expect(tooLarge.status == 413)
        }
    }

    @Test func `an unknown task and an unknown path are not found`() async throws {
        try await WorkerHarness.run(handlers: [:]) { worker in
            let id = ResourceID.make(.task)

            #expect(try await worker.send("GET", "/v1/tasks/\(id)").status == 404)
            #expect(try await worker.send("POST", "/v1/tasks/\(id)/cancel").status == 404)
            let other = try await worker.send("GET", "/v2/tasks")
            #expect(other.status == 404)
            #expect(try other.decode(Problem.self).slug == "not-found")
        }
    }

    @Test func `a task is run once and its end is told by a signed callback`() async throws {
        let handler = ClosureHandler { context in
            let path = try await context.input("audio.wav")
            context.warn("loud", "The sound is loud.")
            try await context.upload(ArtifactName("media", fileExtension: "mp4"), file: path)
        }
        try await WorkerHarness.run(handlers: [.segment: handler]) { worker in
            let task = worker.task(.segment, inputs: [("audio.wav", Data("sound".utf8))])

            let first = try await worker.dispatch(task)
            let report = try await worker.nextReport()
            let second = try await worker.dispatch(task)
            let polled = try await worker.send("GET", "/v1/tasks/\(task.taskId)")

            #expect(first.status == 202)
            #expect(report.state == .completed)
            #expect(report.progress == 1)
            #expect(report.warnings.map(\.code) == ["loud"])
            #expect(report.usage != nil)
            let digest = SHA256Digest.hex(Data("sound".utf8))
            #expect(report.artifacts == [.init(name: "media.mp4", sha256: digest, sizeBytes: 5)])
            #expect(worker.gateway.upload("media.mp4") == Data("sound".utf8))
            #expect(worker.gateway.uploadDigest("media.mp4") == digest)
            #expect(second.status == 200)
            #expect(try second.decode(TaskReport.self) == report)
            #expect(try polled.decode(TaskReport.self) == report)
        }
    }

    @Test func `uploads and callbacks are tried again`() async throws {
        let handler = ClosureHandler { context in
            try await context.upload(ArtifactName("segments"), json: ["a": 1])
        }
        try await WorkerHarness.run(handlers: [.segment: handler]) { worker in
            worker.gateway.refuse("/v1/uploads/token/segments.json", with: [500, 429])
            worker.gateway.refuse("/v1/callbacks/worker/token", with: [503, 500, 502])

            _ = try await worker.dispatch(worker.task(.segment))
            let report = try await worker.nextReport()

            #expect(report.state == .completed)
            #expect(try worker.uploaded([String: Int].self, "segments.json") == ["a": 1])
        }
    }

    @Test func `an input that is not what the task says is refused`() async throws {
        let handler = ClosureHandler { context in _ = try await context.input("audio.wav") }
        try await WorkerHarness.run(handlers: [.segment: handler]) { worker in
            let task = worker.task(.segment, inputs: [("audio.wav", Data("sound".utf8))])
            worker.gateway.put("audio.wav", Data("other".utf8))

            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .failed)
            #expect(report.error?.slug == "artifact-invalid")
            #expect(report.error?.retryable == true)
        }
    }

    @Test func `an input in a private network is only fetched from the gateway`() async throws {
        let handler = ClosureHandler { context in _ = try await context.input("audio.wav") }
        try await WorkerHarness.run(handlers: [.segment: handler]) { worker in
            var task = worker.task(.segment, inputs: [("audio.wav", Data("sound".utf8))])
            task.inputs[0].url = worker.url + "/healthz"

            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .failed)
            #expect(report.error?.retryable == false)
        }
    }

    @Test func `tasks that read the same input fetch it once`() async throws {
        let handler = ClosureHandler { context in _ = try await context.input("audio.wav") }
        try await WorkerHarness.run(handlers: [.segment: handler], slots: 4) { worker in
            for _ in 0..<4 {
                let task = worker.task(.segment, inputs: [("audio.wav", Data("sound".utf8))])
                _ = try await worker.dispatch(task)
            }

            for _ in 0..<4 { #expect(try await worker.nextReport().state == .completed) }
            #expect(worker.gateway.downloads("audio.wav") == 1)
        }
    }

    @Test func `the input that was used longest ago makes room`() async throws {
        let handler = ClosureHandler { context in _ = try await context.input("audio.wav") }
        try await WorkerHarness.run(handlers: [.segment: handler], cacheBytesMax: 10) { worker in
            for text in ["first", "other", "first", "third", "first", "other"] {
                var task = worker.task(.segment, inputs: [(text, Data(text.utf8))])
                task.inputs[0].name = "audio.wav"
                _ = try await worker.dispatch(task)
                #expect(try await worker.nextReport().state == .completed)
            }

            #expect(worker.gateway.downloads("first") == 1)
            #expect(worker.gateway.downloads("other") == 2)
            #expect(worker.gateway.downloads("third") == 1)
        }
    }

    @Test func `an input larger than the cache is refused`() async throws {
        let handler = ClosureHandler { context in _ = try await context.input("audio.wav") }
        try await WorkerHarness.run(handlers: [.segment: handler], cacheBytesMax: 4) { worker in
            _ = try await worker.dispatch(worker.task(.segment, inputs: [("audio.wav", Data("sound".utf8))]))

            #expect(try await worker.nextReport().error?.slug == "source-too-large")
        }
    }

    @Test func `a full queue answers that it is busy`() async throws {
        let door = Door()
        let started = Door()
        let handler = ClosureHandler { _ in
            started.open()
            await door.pass()
        }
        try await WorkerHarness.run(handlers: [.segment: handler], slots: 1, queuedMax: 2) { worker in
            var statuses = [try await worker.dispatch(worker.task(.segment)).status]
            await started.pass()
            var last: OutboundHTTP.HTTPResponse?
            for _ in 0..<3 {
                let answer = try await worker.dispatch(worker.task(.segment))
                statuses.append(answer.status)
                last = answer
            }
            door.open()

            #expect(statuses == [202, 202, 202, 429])
            #expect(last?.header("retry-after") == "5")
            #expect(try last?.decode(Problem.self).slug == "provider-busy")
        }
    }

    @Test func `a waiting and a running task can be cancelled`() async throws {
        let door = Door()
        let handler = ClosureHandler { _ in
            await door.pass()
            try Task.checkCancellation()
        }
        try await WorkerHarness.run(handlers: [.segment: handler], slots: 1) { worker in
            let running = worker.task(.segment)
            let waiting = worker.task(.segment)
            _ = try await worker.dispatch(running)
            _ = try await worker.dispatch(waiting)

            let first = try await worker.send("POST", "/v1/tasks/\(waiting.taskId)/cancel")
            let second = try await worker.send("POST", "/v1/tasks/\(running.taskId)/cancel")
            let reports = [try await worker.nextReport(), try await worker.nextReport()]

            #expect(first.status == 202)
            #expect(try first.decode(TaskReport.self).state == .cancelled)
            #expect(second.status == 202)
            #expect(reports.allSatisfy { $0.state == .cancelled })
            #expect(Set(reports.map(\.taskId)) == [waiting.taskId, running.taskId])
        }
    }

    @Test func `a task that is not done by its deadline fails`() async throws {
        let door = Door()
        let handler = ClosureHandler { _ in await door.pass() }
        try await WorkerHarness.run(handlers: [.segment: handler]) { worker in
            _ = try await worker.dispatch(worker.task(.segment, seconds: 0.05))
            let report = try await worker.nextReport()

            #expect(report.state == .failed)
            #expect(report.error?.slug == "deadline-exceeded")
        }
    }

    @Test func `an older attempt is a conflict and a newer one replaces the task`() async throws {
        try await WorkerHarness.run(handlers: [.segment: Self.done]) { worker in
            var task = worker.task(.segment)
            task.attempt = 2
            _ = try await worker.dispatch(task)
            _ = try await worker.nextReport()
            task.attempt = 1
            let older = try await worker.dispatch(task)
            task.attempt = 3
            let newer = try await worker.dispatch(task)

            #expect(older.status == 409)
            #expect(newer.status == 202)
            #expect(try await worker.nextReport().attempt == 3)
        }
    }

    @Test func `the health of a worker needs no signature`() async throws {
        try await WorkerHarness.run(handlers: [.segment: Self.done]) { worker in
            let answer = try await worker.client.send(HTTPRequest(url: worker.url + "/healthz"))

            #expect(answer.status == 200)
        }
    }
}
