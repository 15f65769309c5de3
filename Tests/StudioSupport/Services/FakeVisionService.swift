package import Foundation
import LoopbackSupport
package import Signatures
import Threads

/// A vision service as `contracts/vision-request.schema.json` and `vision-report.schema.json` say.
package final class FakeVisionService: FakeJobService {
    /// How it knows the gateway.
    package enum Guard: Sendable {
        case signature(WebhookSecret)
        /// Tokens that it takes.
        case tokens(@Sendable () -> [String])
    }

    /// What is seen in a clip of a length: JSON.
    package typealias Tracks = @Sendable (_ clip: String, _ lengthMs: Int) -> String

    package let service: FakeService
    package let jobs: FakeJobs
    private let callbackKey: WebhookSecret
    private let tracks: Tracks
    private let now: @Sendable () -> Date

    package init(
        _ access: Guard,
        callbackKey: WebhookSecret,
        isDown: Bool = false,
        now: @escaping @Sendable () -> Date,
        tracks: @escaping Tracks = FakeVisionService.oneFace
    ) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        self.callbackKey = callbackKey
        self.tracks = tracks
        self.now = now
        service = try FakeService(
            isDown: isDown,
            trusts: { request in Self.trusts(request, access, Int64(now().timeIntervalSince1970)) },
            refusal: #"{"detail": "Who are you?"}"#,
            route: { request in Self.answer(request, jobs, tracks) }
        )
    }

    /// What `FakeFaces` says.
    package static let oneFace: Tracks = { _, lengthMs in
        let box = FakeFaces.box
        let place = "[\(box.left), \(box.top), \(box.width), \(box.height)]"
        let samples = stride(from: 0, through: lengthMs, by: FakeFaces.stepMs).map {
            #"{"t_ms": \#($0), "box": \#(place), "score": 0.97, "mouth": 0.3}"#
        }
        return #"[{"id": 0, "samples": [\#(samples.joined(separator: ", "))]}]"#
    }

    private static func trusts(_ request: LoopbackRequest, _ access: Guard, _ now: Int64) -> Bool {
        switch access {
        case .tokens(let known):
            return known().contains { request.header("authorization") == "Bearer \($0)" }
        case .signature(let secret):
            let headers = WebhookHeaders(
                id: request.header(WebhookHeaders.idName),
                timestamp: request.header(WebhookHeaders.timestampName),
                signature: request.header(WebhookHeaders.signatureName)
            )
            let about = request.path.split(separator: "/").last ?? ""
            let id =
                request.method == "POST"
                ? request.header("idempotency-key") : "\(request.method.lowercased())-\(about)"
            let isSigned: Void? = try? WebhookSignature.verify(
                headers,
                body: request.body,
                secrets: [secret],
                now: now
            )
            return isSigned != nil && headers.id == id
        }
    }

    private static func answer(
        _ request: LoopbackRequest,
        _ jobs: FakeJobs,
        _ tracks: @escaping Tracks
    ) -> LoopbackAnswer {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count) {
        case ("POST", 2):
            let order = FakeJob(id: "", order: request.body)
            guard let key = request.header("idempotency-key"), order.member("attempt_id") == key,
                order.member("version") == "1"
            else { return LoopbackAnswer(422, body: #"{"detail": "The request is none of version 1."}"#) }
            if let known = jobs.all.first(where: { $0.member("attempt_id") == key }) {
                guard known.member("clips.0.sha256") == order.member("clips.0.sha256") else {
                    return LoopbackAnswer(409, body: #"{"detail": "The key is that of other work."}"#)
                }
                return LoopbackAnswer(202, body: report(known, known.state, tracks))
            }
            let job = jobs.add(order: request.body) { "v-\($0)" }
            return LoopbackAnswer(202, body: report(job, job.state, tracks))
        case ("GET", 3), ("DELETE", 3):
            guard let job = jobs[parts[2]] else {
                return LoopbackAnswer(404, body: #"{"detail": "There is no such work."}"#)
            }
            if request.method == "DELETE" { jobs.remove(job.id) }
            return LoopbackAnswer(200, body: report(job, job.state, tracks))
        default: return LoopbackAnswer(404)
        }
    }

    private static func report(
        _ job: FakeJob,
        _ state: FakeJobState,
        _ tracks: Tracks?
    ) -> String {
        var members: [(String, String?)] = [
            ("attempt_id", job.member("attempt_id").map(FakeJSON.quoted)),
            ("job_id", FakeJSON.quoted(job.id)),
            ("status", FakeJSON.quoted(word(state))), ("progress", state == .running ? "0.5" : nil),
        ]
        if state == .done, let tracks {
            var clips: [String] = []
            while let clip = job.member("clips.\(clips.count).clip") {
                let start = Int(job.member("clips.\(clips.count).range_ms.0") ?? "") ?? 0
                let end = Int(job.member("clips.\(clips.count).range_ms.1") ?? "") ?? 0
                clips.append(#"{"clip": "\#(clip)", "tracks": \#(tracks(clip, end - start))}"#)
            }
            members.append(("clips", "[\(clips.joined(separator: ", "))]"))
        }
        if case .failed(let reason) = state {
            let words = FakeJSON.quoted(reason)
            members.append(("error", #"{"code": "unreadable", "message": \#(words), "retryable": false}"#))
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "accepted"
        case .running: "running"
        case .done: "succeeded"
        case .failed: "failed"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        callback(id, saying: state, isShort: false)
    }

    /// The signed report about a job; `isShort` leaves the faces out.
    package func callback(
        _ id: String,
        saying state: FakeJobState,
        isShort: Bool = false,
        key: WebhookSecret? = nil
    ) -> FakeCallback? {
        guard let job = jobs[id], let url = job.member("callback.url") else { return nil }
        let time = Int64(now().timeIntervalSince1970)
        let secret = key ?? callbackKey
        return FakeCallback(url: url, body: Self.report(job, state, isShort ? nil : tracks)) { body in
            let bytes = Array(body.utf8)
            // Whoever says something else says it under another id.
            let messageId = "msg-\(id)-\(SHA256Digest.hex(bytes).prefix(16))"
            let signature = WebhookSignature.sign(
                id: messageId,
                timestamp: time,
                body: bytes,
                secret: secret
            )
            return [
                (WebhookHeaders.idName, messageId), (WebhookHeaders.timestampName, String(time)),
                (WebhookHeaders.signatureName, signature), ("content-type", "application/json"),
            ]
        }
    }
}
