import Contracts
import Foundation

/// Checks a dispatched task before it is taken.
enum TaskValidation {
    static let inputsMax = 512
    static let attemptMax = 1_000
    static let urlBytesMax = 8_192

    static func validate(_ task: ProviderTask) throws(Problem) {
        var errors: [Problem.Detail] = []
        func check(_ isFine: Bool, _ pointer: String, _ detail: String) {
            if !isFine { errors.append(Problem.Detail(pointer: pointer, detail: detail)) }
        }
        check(
            ResourceID.isValid(task.taskId, .task),
            "/task_id",
            "must be a task id ('tsk_' and 26 characters)"
        )
        check((1...attemptMax).contains(task.attempt), "/attempt", "must be 1 to \(attemptMax)")
        check(isURL(task.callbackUrl), "/callback_url", "must be an http or https URL")
        check(isURL(task.uploadUrl), "/upload_url", "must be an http or https URL")
        check(task.inputs.count <= inputsMax, "/inputs", "must be at most \(inputsMax)")
        let names = Set(task.inputs.map(\.name))
        check(names.count == task.inputs.count, "/inputs", "names must differ")
        for (index, input) in task.inputs.prefix(inputsMax).enumerated() {
            check(isInputName(input.name), "/inputs/\(index)/name", "must be an artifact name")
            check(isURL(input.url), "/inputs/\(index)/url", "must be an http or https URL")
            check(isDigest(input.sha256), "/inputs/\(index)/sha256", "must be 64 lower-case hex digits")
            check(input.sizeBytes >= 0, "/inputs/\(index)/size_bytes", "must not be negative")
        }
        guard errors.isEmpty else {
            throw Problem(.invalidRequest, detail: "the task is not valid", errors: Array(errors.prefix(32)))
        }
    }

    /// `source`, the name of a style's file or that of an artifact.
    static func isInputName(_ name: String) -> Bool {
        if name == "source" || ArtifactName(parsing: name) != nil { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isDigest(parts[1].prefix(64)) else { return false }
        return StyleAsset.Kind.allCases.contains { kind in
            StyleAsset(sha256: String(parts[1].prefix(64)), kind: kind).inputName == name
        }
    }

    static func isDigest(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    private static func isURL(_ text: String) -> Bool {
        text.utf8.count <= urlBytesMax && (text.hasPrefix("http://") || text.hasPrefix("https://"))
            && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }
}
