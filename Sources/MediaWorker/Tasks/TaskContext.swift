package import Contracts
import Foundation
package import Logging
import Threads

/// What a handler works with: one task's inputs, its own folder, and the ways to tell what comes of it.
package final class TaskContext: Sendable {
    private struct State {
        var leases: [String] = []
        var artifacts: [TaskReport.Artifact] = []
        var warnings: [Warning] = []
        var lack: Problem?
    }

    package let task: ProviderTask
    package let logger: Logger
    /// A folder of this task alone, removed at its end.
    package let folder: String
    private let entry: TaskEntry
    private let tools: WorkerTools
    private let state = Locked(State())

    init(_ entry: TaskEntry, tools: WorkerTools) {
        task = entry.task
        self.entry = entry
        self.tools = tools
        folder = "\(tools.tasksPath)/\(entry.task.taskId)-\(entry.task.attempt)"
        var logger = tools.logger
        logger[metadataKey: "task"] = "\(entry.task.taskId)"
        logger[metadataKey: "kind"] = "\(entry.task.kind.rawValue)"
        self.logger = logger
    }

    /// For C loops, which cannot see Swift's cancellation.
    package var isCancelled: @Sendable () -> Bool {
        let entry = entry
        return { entry.isCancelled }
    }

    /// Names of the inputs that begin with `prefix`, in order.
    package func inputNames(prefix: String, suffix: String = "") -> [String] {
        task.inputs.map(\.name).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
    }

    /// The local file of an input, fetched and verified where it is not here yet.
    ///
    /// It must not be changed.
    package func input(_ name: String) async throws -> String {
        guard let input = task.inputs.first(where: { $0.name == name }) else {
            throw Problem(.artifactMissing, detail: "the task has no input '\(name)'", retryable: false)
        }
        let path = try await tools.cache.lease(input, of: task)
        state.withLock { $0.leases.append(input.sha256) }
        return path
    }

    /// An input that is a JSON artifact.
    package func decode<Value: Decodable>(_ type: Value.Type, from name: String) async throws -> Value {
        let path = try await input(name)
        let size = task.inputs.first { $0.name == name }?.sizeBytes ?? 0
        guard size <= Self.jsonBytesMax else {
            throw Problem(.artifactInvalid, detail: "'\(name)' is longer than \(Self.jsonBytesMax) bytes")
        }
        do {
            return try WireJSON.decode(type, from: Data(contentsOf: URL(filePath: path)))
        } catch let error as DecodingError {
            throw Problem(.artifactInvalid, detail: "'\(name)' breaks its contract: \(error.plainWords)")
        }
    }

    /// Longest JSON artifact that is read; a twelve-hour transcript has some 20 MB.
    private static let jsonBytesMax: Int64 = 128 << 20

    /// A path in the task's folder.
    package func scratch(_ name: String) -> String { "\(folder)/\(name)" }

    /// Sends a finished file to the gateway.
    package func upload(_ name: ArtifactName, file path: String) async throws {
        let digest = try await blocking { try FileDigest.sha256(of: path) }
        try await tools.transfers.upload(name, file: path, digest: digest, of: task)
        keep(name, digest)
    }

    /// Sends a JSON artifact to the gateway.
    package func upload(_ name: ArtifactName, json value: some Encodable & Sendable) async throws {
        let path = scratch("upload-\(UUID().uuidString).json")
        try WireJSON.encodePretty(value).write(to: URL(filePath: path))
        try await upload(name, file: path)
        try FileManager.default.removeItem(atPath: path)
    }

    /// Runs blocking work on a thread of its own.
    package func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await tools.pool.run(body)
    }

    /// Tells how far the task is, 0 to 1.
    package func progress(_ value: Double) { entry.advance(to: value) }

    /// For C loops: tells how far a part of the task is that goes from `start` to `end` of the whole.
    package func progress(from start: Double, to end: Double) -> @Sendable (Double) -> Void {
        let entry = entry
        return { entry.advance(to: start + (end - start) * min(1, max(0, $0))) }
    }

    package func warn(_ warnings: [Warning]) { state.withLock { $0.warnings += warnings } }
    package func warn(_ code: String, _ detail: String, clip: String? = nil) {
        warn([Warning(code: code, detail: detail, clip: clip)])
    }

    /// Tells why the task will complete without some of what was asked for.
    package func lack(_ problem: Problem) { state.withLock { $0.lack = problem } }

    /// Throws when the task was told to end.
    package func checkCancelled() throws {
        if entry.isCancelled || Task.isCancelled { throw CancellationError() }
    }

    /// The uploads, the warnings and what is lacking so far.
    var results: (artifacts: [TaskReport.Artifact], warnings: [Warning], lack: Problem?) {
        state.withLock { ($0.artifacts, $0.warnings, $0.lack) }
    }

    func makeFolder() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Gives the inputs back and removes the folder.
    func close() async {
        let leases = state.withLock { state in
            defer { state.leases = [] }
            return state.leases
        }
        for sha256 in leases { tools.cache.release(sha256) }
        let folder = folder
        do {
            try await tools.pool.run { try FileManager.default.removeItem(atPath: folder) }
        } catch {
            logger.warning("the task's folder cannot be removed", metadata: ["error": "\(error)"])
        }
    }

    private func keep(_ name: ArtifactName, _ digest: FileDigest) {
        state.withLock { state in
            state.artifacts.removeAll { $0.name == name.description }
            state.artifacts.append(
                TaskReport.Artifact(
                    name: name.description,
                    sha256: digest.sha256,
                    sizeBytes: digest.sizeBytes
                )
            )
        }
    }
}
