import Foundation
import LoopbackSupport
import Threads

@testable import Providers

/// A render service behind a key, for Shotstack and Creatomate: both start by POST and tell by GET.
final class FakeRenderer: Sendable {
    struct State {
        /// Bodies of starts, in their order.
        var starts: [[UInt8]] = []
        /// What the starts are answered with instead, the first one first; nil for the usual answer.
        var startAnswers: [LoopbackAnswer?] = []
        /// What is told of a render.
        var told: [String: LoopbackAnswer] = [:]
        var deleted: [String] = []
    }

    static let key = "k3y"

    let server: LoopbackServer
    private let state: Locked<State>

    /// `receipt` writes the answer to a start.
    init(
        path: String,
        key: (name: String, value: String),
        receipt: @escaping @Sendable (_ id: String) -> LoopbackAnswer
    ) throws {
        let state = Locked(State())
        self.state = state
        server = try LoopbackServer { connection in
            // One request for each connection: over a kept one, a client sends again what was cut off.
            guard let request = connection.readRequest() else { return }
            guard request.header(key.name) == key.value else {
                connection.respond(LoopbackAnswer(401, body: #"{"message":"Unauthorized"}"#))
                return
            }
            let id =
                request.target.hasPrefix("\(path)/") ? String(request.target.dropFirst(path.count + 1)) : nil
            let answer: LoopbackAnswer? = state.withLock { state in
                switch (request.method, id) {
                case ("POST", nil) where request.target == path:
                    let chosen = state.startAnswers.isEmpty ? nil : state.startAnswers.removeFirst()
                    if let chosen { return chosen.status == 0 ? nil : chosen }
                    state.starts.append(request.body)
                    return receipt("r\(state.starts.count)")
                case ("GET", let id?): return state.told[id] ?? LoopbackAnswer(404, body: "{}")
                case ("DELETE", let id?):
                    state.deleted.append(id)
                    return LoopbackAnswer(204)
                default: return LoopbackAnswer(405)
                }
            }
            guard let answer else { return connection.reset() }
            connection.respond(answer)
        }
    }

    static func shotstack() throws -> FakeRenderer {
        try FakeRenderer(path: "/render", key: ("x-api-key", key)) { id in
            LoopbackAnswer(
                201,
                body: #"{"success":true,"message":"Created","response":{"message":"Queued","id":"\#(id)"}}"#
            )
        }
    }

    static func creatomate() throws -> FakeRenderer {
        try FakeRenderer(path: "/renders", key: ("authorization", "Bearer \(key)")) { id in
            LoopbackAnswer(
                202,
                body: #"{"id":"\#(id)","status":"planned","url":"https://cdn.example/\#(id).mp4"}"#
            )
        }
    }

    var starts: [[UInt8]] { state.withLock(\.starts) }
    var deleted: [String] { state.withLock(\.deleted) }

    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    func tell(_ id: String, _ body: String, status: Int = 200) {
        change { $0.told[id] = LoopbackAnswer(status, body: body) }
    }
}

/// Reads into JSON by names and numbers: `timeline.tracks.0.clips.1.start`.
struct JSONPlace {
    let root: Any

    init(_ bytes: [UInt8]) throws { root = try JSONSerialization.jsonObject(with: Data(bytes)) }

    subscript(path: String) -> Any? {
        path.split(separator: ".").reduce(root as Any?) { value, part in
            if let list = value as? [Any], let index = Int(part) {
                return list.indices.contains(index) ? list[index] : nil
            }
            return (value as? [String: Any])?[String(part)]
        }
    }

    func text(_ path: String) -> String? { self[path] as? String }
    func number(_ path: String) -> Double? { (self[path] as? NSNumber)?.doubleValue }
    func count(_ path: String) -> Int? { (self[path] as? [Any])?.count }
    func list(_ path: String) -> [[String: Any]] { self[path] as? [[String: Any]] ?? [] }
}
