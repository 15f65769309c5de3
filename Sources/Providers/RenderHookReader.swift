import Contracts
import Foundation
import OutboundHTTP

/// What a render hook says of one render, in a callback or in the answer to a poll.
struct RenderHookReader: Sendable, Hashable {
    static let bodyBytesMax = 64 << 10
    static let idBytesMax = 128

    let renderId: String
    let outputId: String
    let state: TaskReport.State
    let progress: Double
    let error: Problem?

    private struct Body: Decodable {
        struct Trouble: Decodable {
            var detail: String?
            var retryable: Bool?
        }

        var renderId: String
        var outputId: String
        var status: String
        var progress: Double?
        var error: Trouble?
    }

    private struct Named: Decodable {
        var eventId: String
    }

    private struct Receipt: Decodable {
        var renderId: String
    }

    static func read(_ bytes: [UInt8]) throws(Problem) -> RenderHookReader {
        let body = try decode(Body.self, bytes)
        guard isSound(body.renderId), isSound(body.outputId) else {
            throw malformed(
                "an id in it is empty, longer than \(idBytesMax) bytes or has a control character"
            )
        }
        // Words of a later version mean that it has not ended.
        let state: TaskReport.State =
            switch body.status {
            case "rendered": .completed
            case "failed": .failed
            default: .running
            }
        let problem = Problem(
            .renderFailed,
            detail: TaskReportReader.kept(
                body.error?.detail ?? "The render hook gave no reason.",
                charactersMax: TaskReportReader.textCharactersMax
            ),
            retryable: body.error?.retryable ?? true
        )
        return RenderHookReader(
            renderId: body.renderId,
            outputId: body.outputId,
            state: state,
            progress: min(max(body.progress ?? 0, 0), 1),
            error: state == .failed ? problem : nil
        )
    }

    /// The id of a callback, nil where it has none that can be used.
    static func eventId(_ bytes: [UInt8]) -> String? {
        guard let id = try? decode(Named.self, bytes).eventId, isSound(id) else { return nil }
        return id
    }

    /// The id in the answer to an order.
    static func renderId(_ bytes: [UInt8]) throws(Problem) -> String {
        let id = try decode(Receipt.self, bytes).renderId
        guard RenderHook.pathPart(id) != nil else {
            throw malformed("its render id is not made of letters, digits, '-' and '_'")
        }
        return id
    }

    /// The hook's own words about a refusal, where its answer is a problem document.
    static func refusal(_ response: HTTPResponse) -> Problem {
        if let problem = TaskReportReader.problem(response.body) { return problem }
        return Problem(
            .providerRefused,
            detail: "The render hook answered with status \(response.status).",
            retryable: response.status >= 500
        )
    }

    static func malformed(_ reason: String) -> Problem {
        Problem(
            .providerRefused,
            detail: "The render hook's answer was not understood: \(reason).",
            retryable: true
        )
    }

    /// Attempt 0: the render id alone says which attempt is meant.
    func report(taskId: String) -> TaskReport {
        TaskReport(
            taskId: taskId,
            attempt: 0,
            state: state,
            progress: state == .completed ? 1 : progress,
            error: error
        )
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ bytes: [UInt8]
    ) throws(Problem) -> Value {
        guard bytes.count <= bodyBytesMax else { throw malformed("it is longer than \(bodyBytesMax) bytes") }
        guard let value = try? WireJSON.decode(type, from: Data(bytes)) else {
            throw malformed("it cannot be read")
        }
        return value
    }

    private static func isSound(_ id: String) -> Bool {
        (1...idBytesMax).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
