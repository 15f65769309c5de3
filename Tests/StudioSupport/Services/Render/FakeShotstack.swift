import Contracts
import Foundation
import LoopbackSupport
import Threads

/// Shotstack as its contract says: a render for each edit, and nothing of its callbacks is signed.
package final class FakeShotstack: FakeJobService {
    package static let key = "shot-key"
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
            trusts: { FakeRenders.isFilm($0) || $0.header("x-api-key") == Self.key },
            refusal: #"{"message": "Unauthorized"}"#,
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
            let job = jobs.add(order: request.body) { "shot-\($0)" }
            let response = #"{"message": "Render Successfully Queued", "id": "\#(job.id)"}"#
            return LoopbackAnswer(
                201,
                body: #"{"success": true, "message": "Created", "response": \#(response)}"#
            )
        case ("GET", 2):
            guard let job = jobs[parts[1]] else {
                return LoopbackAnswer(404, body: #"{"success": false, "message": "Not Found"}"#)
            }
            return LoopbackAnswer(
                200,
                body: #"{"success": true, "message": "OK", "response": \#(text(job, job.state, port))}"#
            )
        default: return LoopbackAnswer(404, body: #"{"message": "Not Found"}"#)
        }
    }

    private static func text(_ job: FakeJob, _ state: FakeJobState, _ port: Int) -> String {
        var members: [(String, String?)] = [
            ("id", FakeJSON.quoted(job.id)), ("owner", #""5ca6hu7s9k""#),
            ("status", FakeJSON.quoted(word(state))),
        ]
        switch state {
        case .done: members.append(("url", FakeJSON.quoted(FakeRenders.url(job.id, port: port))))
        case .failed(let reason): members.append(("error", FakeJSON.quoted(reason)))
        default: break
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "queued"
        case .running: "rendering"
        case .done: "done"
        case .failed: "failed"
        case .word(let word): word
        }
    }

    /// The last track is the picture's.
    private static func shape(_ job: FakeJob) -> FilmShape? {
        guard let ratio = job.member("output.aspectRatio").flatMap(AspectRatio.init(rawValue:)) else {
            return nil
        }
        let edit = (try? JSONSerialization.jsonObject(with: Data(job.order))) as? [String: Any]
        let tracks = (edit?["timeline"] as? [String: Any])?["tracks"] as? [[String: Any]]
        let clips = tracks?.last?["clips"] as? [[String: Any]] ?? []
        let seconds = clips.compactMap { $0["length"] as? Double }.reduce(0, +)
        return FilmShape(
            width: ratio.width,
            height: ratio.height,
            durationMs: Int((seconds * 1_000).rounded())
        )
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard let job = jobs[id], let url = job.member("callback") else { return nil }
        let text = Self.text(job, state, port.withLock(\.self))
        return FakeCallback(
            url: url,
            headers: [("content-type", "application/json")],
            body: #"{"type": "edit", "action": "render", \#(text.dropFirst())"#
        )
    }
}
