import LoopbackSupport
import Threads

/// Creatomate as its contract says: a render whose address is known before its film is, and no signatures.
package final class FakeCreatomate: FakeJobService {
    package static let key = "crea-key"
    package let service: FakeService
    package let jobs: FakeJobs
    private let port: Locked<Int>

    package init(isDown: Bool = false) throws {
        let jobs = FakeJobs()
        let port = Locked(0)
        self.jobs = jobs
        self.port = port
        service = try FakeService(
            isDown: isDown,
            trusts: { FakeRenders.isFilm($0) || $0.header("authorization") == "Bearer \(Self.key)" },
            refusal: #"{"hint": "Invalid API key"}"#,
            route: { Self.answer($0, jobs, port.withLock(\.self)) }
        )
        let listening = service.server.port
        port.withLock { $0 = listening }
    }

    private static func answer(_ request: LoopbackRequest, _ jobs: FakeJobs, _ port: Int) -> LoopbackAnswer {
        if FakeRenders.isFilm(request) { return FakeRenders.film(request, jobs, shape: shape) }
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count) {
        case ("POST", 1):
            let job = jobs.add(order: request.body) { "crea-\($0)" }
            return LoopbackAnswer(202, body: text(job, job.state, port))
        case ("GET", 2), ("DELETE", 2):
            guard let job = jobs[parts[1]] else {
                return LoopbackAnswer(404, body: #"{"message": "The render does not exist"}"#)
            }
            guard request.method == "GET" else {
                jobs.remove(job.id)
                return LoopbackAnswer(204)
            }
            return LoopbackAnswer(200, body: text(job, job.state, port))
        default: return LoopbackAnswer(404, body: #"{"message": "Not found"}"#)
        }
    }

    private static func text(_ job: FakeJob, _ state: FakeJobState, _ port: Int) -> String {
        var members: [(String, String?)] = [
            ("id", FakeJSON.quoted(job.id)), ("status", FakeJSON.quoted(word(state))),
            ("url", FakeJSON.quoted(FakeRenders.url(job.id, port: port))), ("output_format", #""mp4""#),
            ("metadata", job.member("metadata").map(FakeJSON.quoted)),
        ]
        switch state {
        case .done: members.append(("file_size", shape(job).map { "\($0.film.count)" }))
        case .failed(let reason): members.append(("error_message", FakeJSON.quoted(reason)))
        default: break
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "planned"
        case .running: "rendering"
        case .done: "succeeded"
        case .failed: "failed"
        case .word(let word): word
        }
    }

    private static func shape(_ job: FakeJob) -> FilmShape? {
        guard let width = job.member("width").flatMap({ Int($0) }),
            let height = job.member("height").flatMap({ Int($0) }),
            let seconds = job.member("duration").flatMap({ Double($0) })
        else { return nil }
        return FilmShape(width: width, height: height, durationMs: Int((seconds * 1_000).rounded()))
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard let job = jobs[id], let url = job.member("webhook_url") else { return nil }
        return FakeCallback(
            url: url,
            headers: [("content-type", "application/json")],
            body: Self.text(job, state, port.withLock(\.self))
        )
    }
}
