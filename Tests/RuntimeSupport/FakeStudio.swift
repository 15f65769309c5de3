package import Artifacts
package import Contracts
package import Foundation
import Pipeline
import Runtime
import Signatures
package import Store
package import StudioSupport

/// Does a task's work as a worker would: reads its inputs by their links, and uploads the results under its token.
package struct FakeStudio: Sendable {
    package typealias Spoil = @Sendable (ProviderTask, inout [String: Data]) throws -> Void

    package let store: Store
    private let artifacts: any ArtifactStore
    private let results: FakeWork
    private let spoil: Spoil

    /// `spoil` changes results before they are uploaded.
    package init(
        store: Store,
        artifacts: any ArtifactStore,
        results: FakeWork = FakeWork(),
        spoil: @escaping Spoil = { _, _ in }
    ) {
        self.store = store
        self.artifacts = artifacts
        self.results = results
        self.spoil = spoil
    }

    package func work(_ task: ProviderTask) async throws -> TaskReport {
        var results = try await results.results(of: task) { name in try await read(name, task) }
        try spoil(task, &results)
        var uploaded: [TaskReport.Artifact] = []
        for (name, data) in results.sorted(by: { $0.key < $1.key }) {
            uploaded.append(try await upload(name, data, task))
        }
        return TaskReport(
            taskId: task.taskId,
            attempt: task.attempt,
            state: .completed,
            progress: 1,
            artifacts: uploaded,
            usage: TaskReport.Usage(wallMs: 5, cpuMs: 4, peakRssBytes: 1 << 20)
        )
    }

    private func upload(
        _ text: String,
        _ data: Data,
        _ task: ProviderTask
    ) async throws -> TaskReport.Artifact {
        let token = String(task.uploadUrl.split(separator: "/").last ?? "")
        guard let target = try await store.uploadTarget(tokenDigest: TaskTokens.digest(ofToken: token)),
            let name = ArtifactName(parsing: text),
            let location = ArtifactLocation(
                tenantId: target.tenantId,
                runId: target.runId,
                stage: target.stage.rawValue,
                attempt: target.attempt,
                name: name
            )
        else { throw FakeFailure.noPlace(text) }
        let content = try await artifacts.write([UInt8](data), to: location)
        _ = try await store.recordUpload(
            taskId: target.taskId,
            name: text,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
        return TaskReport.Artifact(name: text, sha256: content.sha256, sizeBytes: content.sizeBytes)
    }

    private func read(_ name: String, _ task: ProviderTask) async throws -> Data {
        guard let input = task.inputs.first(where: { $0.name == name }),
            let id = URLComponents(string: input.url)?.path.split(separator: "/").dropLast().last,
            let record = try await store.artifact(id: String(id)),
            let location = ArtifactLocation(parsing: record.location)
        else { throw FakeFailure.noInput(name) }
        var data = Data()
        for try await chunk in try await artifacts.read(location, range: nil) { data += chunk }
        guard SHA256Digest.hex(data) == input.sha256 else { throw FakeFailure.unexpected(name) }
        return data
    }
}

package enum FakeFailure: Error {
    case noPlace(String)
    case noInput(String)
    case unexpected(String)
    case tooLate
}
