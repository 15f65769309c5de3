import Contracts
import Foundation

/// Reads a report that came from outside into the bounds that the rest relies on.
enum TaskReportReader {
    static let bodyBytesMax = 1 << 20
    static let artifactsMax = 2_000
    static let warningsMax = 200
    static let textCharactersMax = 2_000

    /// As `TaskReport`, but a state word that is not known is no reason to refuse it.
    private struct Body: Decodable {
        var taskId: String
        var attempt: Int
        var state: String
        var progress: Double?
        var artifacts: [TaskReport.Artifact]?
        var warnings: [Warning]?
        var error: Problem?
        var usage: TaskReport.Usage?
    }

    static func read(_ bytes: [UInt8], taskId: String) throws(Problem) -> TaskReport {
        guard bytes.count <= bodyBytesMax else {
            throw refusal("its report is longer than \(bodyBytesMax) bytes")
        }
        let body: Body
        do {
            body = try WireJSON.decode(Body.self, from: Data(bytes))
        } catch {
            throw refusal("its report cannot be read")
        }
        guard body.taskId == taskId else { throw refusal("it reported about another task") }
        guard body.attempt > 0 else { throw refusal("it reported about attempt \(body.attempt)") }
        let artifacts = body.artifacts ?? []
        guard artifacts.count <= artifactsMax else {
            throw refusal("it reported more than \(artifactsMax) artifacts")
        }
        for artifact in artifacts where !isSound(artifact) {
            throw refusal("it reported an artifact with a malformed name, digest or size")
        }
        return TaskReport(
            taskId: taskId,
            attempt: body.attempt,
            // Words of a later version of the provider mean that it has not ended.
            state: TaskReport.State(rawValue: body.state) ?? .running,
            progress: min(max(body.progress ?? 0, 0), 1),
            artifacts: artifacts,
            warnings: (body.warnings ?? []).prefix(warningsMax).map(shortened),
            error: body.error.map(shortened),
            usage: body.usage.flatMap { isSound($0) ? $0 : nil }
        )
    }

    /// The provider's own words about a refusal, where its answer is a problem document.
    static func problem(_ bytes: [UInt8]) -> Problem? {
        guard bytes.count <= bodyBytesMax, let problem = try? WireJSON.decode(Problem.self, from: Data(bytes))
        else {
            return nil
        }
        return shortened(problem)
    }

    private static func refusal(_ reason: String) -> Problem {
        Problem(
            .providerRefused,
            detail: "The provider's answer was not understood: \(reason).",
            retryable: true
        )
    }

    private static func isSound(_ artifact: TaskReport.Artifact) -> Bool {
        artifact.sizeBytes >= 0 && artifact.sha256.utf8.count == 64
            && artifact.sha256.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
            && ArtifactName(parsing: artifact.name) != nil
    }

    private static func isSound(_ usage: TaskReport.Usage) -> Bool {
        usage.wallMs >= 0 && usage.cpuMs >= 0 && usage.peakRssBytes >= 0
    }

    private static func shortened(_ warning: Warning) -> Warning {
        Warning(
            code: kept(warning.code, charactersMax: 80),
            detail: kept(warning.detail, charactersMax: textCharactersMax),
            clip: warning.clip.map { kept($0, charactersMax: 80) }
        )
    }

    private static func shortened(_ problem: Problem) -> Problem {
        var short = problem
        short.type = kept(problem.type, charactersMax: 200)
        short.title = kept(problem.title, charactersMax: 200)
        short.detail = kept(problem.detail, charactersMax: textCharactersMax)
        short.instance = problem.instance.map { kept($0, charactersMax: 200) }
        short.requestId = problem.requestId.map { kept($0, charactersMax: 200) }
        short.errors = problem.errors?.prefix(20).map { error in
            Problem.Detail(
                pointer: kept(error.pointer, charactersMax: 200),
                detail: kept(error.detail, charactersMax: textCharactersMax)
            )
        }
        return short
    }

    /// The beginning of a text, without the character that Postgres keeps in no text.
    static func kept(_ text: String, charactersMax: Int) -> String {
        let scalars = text.prefix(charactersMax).unicodeScalars.map { $0 == "\0" ? "\u{fffd}" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
