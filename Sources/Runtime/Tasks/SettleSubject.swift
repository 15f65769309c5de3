import Artifacts
import Contracts
import Pipeline
import Store

/// All that is known of a task when its end is to be judged.
struct SettleSubject: Sendable {
    let task: TaskRecord
    let stage: Stage
    let definition: StageDefinition
    let run: RunRecord
    let artifacts: RunArtifacts
    /// By name.
    let uploads: [ArtifactName: UploadRecord]
    /// The short of a render task.
    let output: OutputRecord?
    let context: RuntimeContext

    /// Nil when the task, or its run, is gone or has ended.
    static func load(taskId: String, context: RuntimeContext) async throws -> SettleSubject? {
        let store = context.store
        guard let task = try await store.task(id: taskId),
            let target = try await store.uploadTarget(tokenDigest: context.tokens.digest(taskId: taskId)),
            target.isLive, let run = try await store.run(tenantId: target.tenantId, id: target.runId),
            let definition = Workflow.named(run.workflow)?.definition(of: target.stage)
        else { return nil }
        let uploads = try await store.uploads(taskId: taskId)
        var output: OutputRecord?
        if let outputId = task.outputId {
            output = try await store.output(tenantId: run.tenantId, id: outputId)
        }
        return SettleSubject(
            task: task,
            stage: target.stage,
            definition: definition,
            run: run,
            artifacts: RunArtifacts(try await store.artifacts(runId: run.id)),
            uploads: Dictionary(uploads.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last }),
            output: output,
            context: context
        )
    }

    /// Reads an uploaded JSON result; its bytes must be the recorded ones.
    func read<Value: Decodable & Sendable>(_ type: Value.Type, _ name: ArtifactName) async throws -> Value {
        guard let upload = uploads[name] else {
            throw Problem(.artifactMissing, detail: "Result '\(name)' was not uploaded.", retryable: true)
        }
        return try await context.readJSON(type, location: upload.location, sha256: upload.sha256)
    }

    /// Reads what an earlier stage of the run published.
    func readPublished<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ name: ArtifactName
    ) async throws -> Value {
        try await context.readJSON(type, try artifacts.record(name))
    }
}
