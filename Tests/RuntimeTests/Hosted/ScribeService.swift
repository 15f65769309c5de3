import Contracts
import Foundation
import LoopbackSupport
import StudioSupport
import Threads

/// A hosted transcription service on a loopback port, which behaves as its script says.
///
/// `POST /jobs` starts a job, `GET /jobs/{id}` tells how it is, with the words where it is done.
final class ScribeService: Sendable {
    struct Script: Sendable {
        /// The answer to a dispatch in place of the usual one, which starts a job.
        var submit: @Sendable (_ job: Int, _ request: LoopbackRequest) -> LoopbackAnswer? = { _, _ in nil }
        /// The answer to a question in place of the usual one.
        var poll: @Sendable (_ id: String, _ polls: Int) -> LoopbackAnswer? = { _, _ in nil }
        /// Ends the connection of a dispatch without an answer.
        var hangsUp: @Sendable (_ job: Int) -> Bool = { _ in false }
    }

    private struct State {
        var jobs = 0
        var polls: [String: Int] = [:]
        var submitted: [Submitted] = []
    }

    /// A job as it was asked for.
    struct Submitted: Sendable {
        let id: String
        let callbackUrl: String
        let secret: String
        let audioUrl: String
    }

    let server: LoopbackServer
    private let state: Locked<State>

    var submitted: [Submitted] { state.withLock { $0.submitted } }
    var pollCount: Int { state.withLock { $0.polls.values.reduce(0, +) } }

    /// Where `onSubmit` is given, it is called before a dispatch is answered.
    init(
        _ script: Script = Script(),
        port: Int = 0,
        onSubmit: (@Sendable (Submitted) -> Void)? = nil
    ) throws {
        let state = Locked(State())
        self.state = state
        server = try LoopbackServer(port: port) { connection in
            while let request = connection.readRequest() {
                guard request.method == "POST" else {
                    let answer = Self.poll(request, script, state)
                    guard connection.respond(answer) else { return }
                    continue
                }
                let (job, submitted) = Self.note(request, state)
                onSubmit?(submitted)
                if script.hangsUp(job) { return connection.reset() }
                let answer =
                    script.submit(job, request) ?? LoopbackAnswer(201, body: #"{"id": "\#(submitted.id)"}"#)
                guard connection.respond(answer) else { return }
            }
        }
    }

    private static func note(_ request: LoopbackRequest, _ state: Locked<State>) -> (Int, Submitted) {
        let order = try? JSONDecoder().decode([String: String].self, from: Data(request.body))
        return state.withLock { state in
            state.jobs += 1
            let submitted = Submitted(
                id: "job-\(state.jobs)",
                callbackUrl: order?["callback_url"] ?? "",
                secret: order?["secret"] ?? "",
                audioUrl: order?["audio_url"] ?? ""
            )
            state.submitted.append(submitted)
            return (state.jobs, submitted)
        }
    }

    private static func poll(
        _ request: LoopbackRequest,
        _ script: Script,
        _ state: Locked<State>
    ) -> LoopbackAnswer {
        let id = String(request.target.split(separator: "/").last ?? "")
        let (polls, isKnown) = state.withLock { state in
            state.polls[id, default: 0] += 1
            return (state.polls[id] ?? 0, state.submitted.contains { $0.id == id })
        }
        if let answer = script.poll(id, polls) { return answer }
        return isKnown ? LoopbackAnswer(200, body: done) : LoopbackAnswer(404)
    }

    /// A finished job, as a poll tells it and as a callback may.
    static let done = body(status: "done", words: FakeResults.transcript.words)

    static func body(status: String, words: [Transcript.Word] = [], id: String? = nil) -> String {
        let list = words.map { word in
            #"{"text": "\#(word.text)", "start_ms": \#(word.startMs), "end_ms": \#(word.endMs), "speaker": "A"}"#
        }
        let named = id.map { #""id": "\#($0)", "# } ?? ""
        return #"{\#(named)"status": "\#(status)", "words": [\#(list.joined(separator: ","))]}"#
    }
}
