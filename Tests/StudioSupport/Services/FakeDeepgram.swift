import Foundation
import LoopbackSupport
import Threads

/// Deepgram as its contract says: the transcript is in the callback, and only a log tells of requests later.
package final class FakeDeepgram: FakeSpeechService {
    package static let key = "dg-key"
    package static let project = "project-1"
    package let service: FakeService
    package let jobs: FakeJobs
    private let transcript: String
    private let targets: Locked<[String: String]>

    /// `transcript` is a whole result, with `REQUEST_ID` where the request's id stands.
    package init(transcript: String, isDown: Bool = false) throws {
        let jobs = FakeJobs()
        let targets = Locked<[String: String]>([:])
        self.jobs = jobs
        self.transcript = transcript
        self.targets = targets
        service = try FakeService(
            isDown: isDown,
            trusts: { $0.header("authorization") == "Token \(Self.key)" },
            refusal: #"{"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials.", "request_id": "r"}"#,
            route: { request in
                let parts = request.path.split(separator: "/").map(String.init)
                switch (request.method, parts.count) {
                case ("POST", 2):
                    let id = "req-\(jobs.all.count + 1)"
                    _ = jobs.add(id: id, order: request.body)
                    targets.withLock { $0[id] = request.target }
                    let isAsked = request.queryValue("callback") != nil
                    let receipt = #"{"request_id": "\#(id)"}"#
                    return LoopbackAnswer(
                        200,
                        body: isAsked ? receipt : transcript.replacing("REQUEST_ID", with: id)
                    )
                case ("GET", 4):
                    let entries = jobs.all.reversed().map { Self.entry($0, targets.withLock { $0 }[$0.id]) }
                    return LoopbackAnswer(
                        200,
                        body: #"{"page": 0, "requests": [\#(entries.joined(separator: ","))]}"#
                    )
                case ("GET", 5):
                    guard let job = jobs[parts[4]], job.state != .waiting else {
                        return LoopbackAnswer(
                            404,
                            body: #"{"category": "NOT_FOUND", "message": "no such request"}"#
                        )
                    }
                    let entry = Self.entry(job, targets.withLock { $0 }[job.id])
                    return LoopbackAnswer(200, body: #"{"request": \#(entry)}"#)
                default: return LoopbackAnswer(404, body: "not found")
                }
            }
        )
    }

    private static func entry(_ job: FakeJob, _ target: String?) -> String {
        let code: String? =
            switch job.state {
            case .done: "200"
            case .failed: "400"
            default: nil
            }
        return FakeJSON.text([
            ("request_id", FakeJSON.quoted(job.id)), ("created", #""2026-12-01T09:00:00.000Z""#),
            ("path", target.map(FakeJSON.quoted)), ("code", code), ("deployment", #""hosted""#),
        ])
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard let target = targets.withLock(\.self)[id] else { return nil }
        guard let url = FakeQuery.value("callback", in: target), let at = url.firstIndex(of: "@"),
            let scheme = url.firstRange(of: "://")
        else { return nil }
        let user = String(url[scheme.upperBound..<at])
        let body: String
        if case .failed(let reason) = state {
            body = #"{"err_code": "\#(reason)", "err_msg": "it went wrong", "request_id": "\#(id)"}"#
        } else {
            body = transcript.replacing("REQUEST_ID", with: id)
        }
        return FakeCallback(
            url: "\(url[..<scheme.upperBound])\(url[at...].dropFirst())",
            headers: [("authorization", "Basic \(Data(user.utf8).base64EncodedString())")],
            body: body
        )
    }
}
