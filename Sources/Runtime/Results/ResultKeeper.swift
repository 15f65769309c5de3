import Artifacts
import Contracts
import Foundation
import Pipeline
import Providers
import Signatures
import Store

/// Turns what a hosted provider made into what a worker would have uploaded, and into the report it would have sent.
///
/// All of it may be done twice, as after a crash: the content names its place, and of the same name the last one
/// counts. Nothing of it counts before the task is settled.
struct ResultKeeper: Sendable {
    let subject: SettleSubject

    /// Throws a `Problem` where the result cannot be used.
    func keep(_ result: ProviderResult) async throws -> TaskReport {
        let kept: (artifacts: [TaskReport.Artifact], warnings: [Warning])
        switch (subject.stage, result) {
        case (.transcribe, .transcript(let heard)): kept = (try await keep(heard), [])
        case (.framing, .faces(let faces)): kept = (try await keep(faces), [])
        case (.framing, .sourceFaces(let faces)): kept = (try await keep(SourceFaces(faces: faces)), [])
        case (.render, .renditions(let files)): kept = try await keep(files)
        default:
            throw Problem(
                .providerRefused,
                detail: "Provider '\(subject.task.provider)' made something else than was asked for.",
                retryable: false
            )
        }
        return TaskReport(
            taskId: subject.task.id,
            attempt: subject.task.attempt,
            state: .completed,
            progress: 1,
            artifacts: kept.artifacts,
            warnings: kept.warnings
        )
    }

    /// Keeps a JSON result of the task.
    func write(_ value: some Encodable & Sendable, _ name: ArtifactName) async throws -> TaskReport.Artifact {
        let bytes = [UInt8](try WireJSON.encodePretty(value))
        let writer = try await subject.context.artifacts.beginWrite(bytesMax: Int64(bytes.count))
        do {
            try await writer.append(bytes)
            return try await publish(writer, name)
        } catch {
            await writer.discard()
            throw error
        }
    }

    /// Puts a written file at the place that its content names, and notes it as the task's.
    func publish(_ writer: any ArtifactWriter, _ name: ArtifactName) async throws -> TaskReport.Artifact {
        let content = try await writer.seal()
        guard
            let location = ArtifactLocation(
                tenantId: subject.run.tenantId,
                runId: subject.run.id,
                stage: subject.stage.rawValue,
                attempt: subject.task.jobAttempt,
                name: name,
                sha256: content.sha256
            )
        else { throw Problem(.internalError, detail: "Result '\(name)' has no place.", retryable: false) }
        try await writer.publish(to: location)
        let isTaken = try await subject.context.store.recordUpload(
            taskId: subject.task.id,
            attempt: subject.task.attempt,
            name: name.description,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
        guard isTaken else { throw TaskEnded() }
        return TaskReport.Artifact(
            name: name.description,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes
        )
    }
}

/// The task ended, or was given out anew, while its result was being kept: nobody wants that any more.
struct TaskEnded: Error {}
