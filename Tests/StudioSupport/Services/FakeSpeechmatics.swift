import Foundation
import LoopbackSupport

/// Speechmatics as its contract says: a form is posted, and id and state of a callback stand in its address.
package final class FakeSpeechmatics: FakeSpeechService {
    package static let key = "sm-key"
    package let service: FakeService
    package let jobs: FakeJobs

    /// `transcript` is the whole answer to the question for a transcript.
    package init(transcript: String, isDown: Bool = false) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { $0.header("authorization") == "Bearer \(Self.key)" },
            // An older way of it, which is no JSON.
            refusal: "<html><body>401 Authorization Required</body></html>",
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
            guard let order = configuration(request) else {
                return LoopbackAnswer(400, body: #"{"code": 400, "error": "Job config is missing"}"#)
            }
            let job = jobs.add(id: "job\(jobs.all.count + 1)", order: order)
            return LoopbackAnswer(201, body: #"{"id": "\#(job.id)"}"#)
        case ("GET", 2):
            return LoopbackAnswer(200, body: #"{"jobs": [\#(jobs.all.map(text).joined(separator: ", "))]}"#)
        case ("GET", 3), ("DELETE", 3):
            guard let job = jobs[parts[2]] else { return missing }
            if request.method == "DELETE" { jobs.remove(job.id) }
            return LoopbackAnswer(200, body: #"{"job": \#(text(job))}"#)
        case ("GET", 4):
            return jobs[parts[2]]?.state == .done ? LoopbackAnswer(200, body: transcript) : missing
        default: return missing
        }
    }

    private static let missing = LoopbackAnswer(404, body: #"{"code": 404, "error": "Job not found"}"#)

    /// The part `config` of the form.
    private static func configuration(_ request: LoopbackRequest) -> [UInt8]? {
        guard request.header("content-type")?.hasPrefix("multipart/form-data; boundary=") == true else {
            return nil
        }
        let text = String(decoding: request.body, as: UTF8.self)
        guard text.contains("name=\"config\""), let start = text.firstRange(of: "\r\n\r\n"),
            let end = text.firstRange(of: "\r\n--", after: start.upperBound)
        else { return nil }
        return Array(text[start.upperBound..<end.lowerBound].utf8)
    }

    private static func text(_ job: FakeJob) -> String {
        let reference = job.member("tracking.reference").map(FakeJSON.quoted) ?? "null"
        var members: [(String, String?)] = [
            ("id", FakeJSON.quoted(job.id)), ("status", FakeJSON.quoted(word(job.state))), ("duration", "12"),
            ("config", #"{"type": "transcription", "tracking": {"reference": \#(reference)}}"#),
        ]
        if case .failed(let reason) = job.state {
            members.append(("errors", #"[{"timestamp": "now", "message": \#(FakeJSON.quoted(reason))}]"#))
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "created"
        case .running: "running"
        case .done: "done"
        case .failed: "rejected"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard var job = jobs[id], let url = job.member("notification_config.0.url"),
            let header = job.member("notification_config.0.auth_headers.0")
        else { return nil }
        job.state = state
        let halves = header.split(separator: ": ", maxSplits: 1).map(String.init)
        return FakeCallback(
            url: "\(url)?id=\(id)&status=\(state == .done ? "success" : "fetch_error")",
            headers: [(halves[0], halves[1]), ("content-type", "application/json")],
            body: #"{"job": \#(Self.text(job))}"#
        )
    }
}

extension String {
    fileprivate func firstRange(of text: String, after index: Index) -> Range<Index>? {
        self[index...].firstRange(of: text)
    }
}
