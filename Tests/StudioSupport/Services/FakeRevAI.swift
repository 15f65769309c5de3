import Foundation
import LoopbackSupport

/// Rev.ai as its contract says: jobs with metadata, and transcripts of monologues.
package final class FakeRevAI: FakeSpeechService {
    package static let token = "rev-token"
    package static let transcriptType = "application/vnd.rev.transcript.v1.0+json"
    package let service: FakeService
    package let jobs: FakeJobs

    /// `transcript` is the whole answer to the question for a transcript.
    package init(transcript: String, isDown: Bool = false) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { $0.header("authorization") == "Bearer \(Self.token)" },
            refusal: #"{"title": "Authorization has been denied for this request.", "status": 401}"#,
            route: { Self.answer($0, jobs, transcript) }
        )
    }

    private static func answer(
        _ request: LoopbackRequest,
        _ jobs: FakeJobs,
        _ transcript: String
    ) -> LoopbackAnswer {
        let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
        switch (request.method, parts.count) {
        case ("POST", 1):
            return LoopbackAnswer(
                200,
                body: text(jobs.add(id: "Rev\(jobs.all.count + 1)", order: request.body))
            )
        case ("GET", 1): return LoopbackAnswer(200, body: "[\(jobs.all.map(text).joined(separator: ", "))]")
        case ("GET", 2):
            return jobs[parts[1]].map { LoopbackAnswer(200, body: text($0)) } ?? missing
        case ("DELETE", 2):
            guard let job = jobs[parts[1]] else { return missing }
            guard job.state != .waiting, job.state != .running else {
                return LoopbackAnswer(409, body: #"{"title": "Job is in invalid state", "status": 409}"#)
            }
            jobs.remove(job.id)
            return LoopbackAnswer(204)
        case ("GET", 3):
            guard request.header("accept") == transcriptType else {
                return LoopbackAnswer(406, body: #"{"title": "Invalid accept type", "status": 406}"#)
            }
            return jobs[parts[1]]?.state == .done ? LoopbackAnswer(200, body: transcript) : missing
        default: return missing
        }
    }

    private static let missing = LoopbackAnswer(404, body: #"{"title": "could not find job", "status": 404}"#)

    private static func text(_ job: FakeJob) -> String {
        var members: [(String, String?)] = [
            ("id", FakeJSON.quoted(job.id)), ("created_on", #""2026-12-01T09:00:00.05Z""#),
            ("status", FakeJSON.quoted(word(job.state))), ("type", #""async""#),
            ("language", job.member("language").map(FakeJSON.quoted)),
            ("metadata", job.member("metadata").map(FakeJSON.quoted)),
        ]
        switch job.state {
        case .done: members.append(("duration_seconds", "12.5"))
        case .failed(let reason):
            members += [("failure", FakeJSON.quoted(reason)), ("failure_detail", #""no details""#)]
        default: break
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting, .running: "in_progress"
        case .done: "transcribed"
        case .failed: "failed"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard var job = jobs[id], let url = job.member("notification_config.url"),
            let value = job.member("notification_config.auth_headers.Authorization")
        else { return nil }
        job.state = state
        return FakeCallback(
            url: url,
            headers: [("Authorization", value), ("content-type", "application/json")],
            body: #"{"job": \#(Self.text(job))}"#
        )
    }
}
