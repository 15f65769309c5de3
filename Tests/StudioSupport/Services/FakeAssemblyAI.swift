import Foundation
import LoopbackSupport

/// AssemblyAI as its contract says: ids and states, and the transcript with its job.
package final class FakeAssemblyAI: FakeSpeechService {
    package static let key = "aai-key"
    package let service: FakeService
    package let jobs: FakeJobs

    /// `transcript` is what a done job adds to its answer: members of JSON.
    package init(transcript: String, isDown: Bool = false) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { $0.header("authorization") == Self.key },
            refusal: #"{"error": "Authentication error, API token missing/invalid"}"#,
            route: { Self.answer($0, jobs, transcript) }
        )
    }

    private static func answer(
        _ request: LoopbackRequest,
        _ jobs: FakeJobs,
        _ transcript: String
    ) -> LoopbackAnswer {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count) {
        case ("POST", 2):
            let id = "tr-\(jobs.all.count + 1)"
            return LoopbackAnswer(200, body: text(jobs.add(id: id, order: request.body), transcript))
        case ("GET", 2):
            let items = jobs.all.reversed().map { #"{"id": "\#($0.id)", "status": "queued"}"# }
            let list = items.joined(separator: ", ")
            return LoopbackAnswer(200, body: #"{"page_details": {}, "transcripts": [\#(list)]}"#)
        case ("GET", 3), ("DELETE", 3):
            guard let job = jobs[parts[2]] else {
                return LoopbackAnswer(404, body: #"{"error": "Transcript lookup error"}"#)
            }
            if request.method == "DELETE" { jobs.remove(job.id) }
            return LoopbackAnswer(200, body: text(job, transcript))
        default: return LoopbackAnswer(404, body: #"{"error": "Not found"}"#)
        }
    }

    private static func text(_ job: FakeJob, _ transcript: String) -> String {
        var members: [(String, String?)] = [
            ("id", FakeJSON.quoted(job.id)), ("status", FakeJSON.quoted(word(job.state))),
            ("webhook_url", job.member("webhook_url").map(FakeJSON.quoted)),
        ]
        if case .failed(let reason) = job.state { members.append(("error", FakeJSON.quoted(reason))) }
        let text = FakeJSON.text(members)
        return job.state == .done ? "\(text.dropLast()), \(transcript)}" : text
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "queued"
        case .running: "processing"
        case .done: "completed"
        case .failed: "error"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard let job = jobs[id], let url = job.member("webhook_url"),
            let name = job.member("webhook_auth_header_name"),
            let value = job.member("webhook_auth_header_value")
        else { return nil }
        return FakeCallback(
            url: url,
            headers: [(name, value), ("content-type", "application/json")],
            body: #"{"transcript_id": "\#(id)", "status": "\#(Self.word(state))"}"#
        )
    }
}
