import Artifacts
import Contracts
import Foundation
import Pipeline
import Runtime
import Signatures
import Store

/// Does a task's work as a worker would: reads its inputs by their links, and uploads the results under its token.
struct FakeStudio: Sendable {
    let store: Store
    let artifacts: any ArtifactStore
    /// Changes results before they are uploaded.
    var spoil: @Sendable (ProviderTask, inout [String: Data]) throws -> Void = { _, _ in }

    func work(_ task: ProviderTask) async throws -> TaskReport {
        var results = try await results(of: task)
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

    private func results(of task: ProviderTask) async throws -> [String: Data] {
        let file = Data("not really media".utf8)
        switch task.kind {
        case .transcode:
            return [
                "media.mp4": file, "audio.wav": file, "media.json": try json(FakeResults.media),
                "audio.json": try json(FakeResults.audio),
            ]
        case .transcribe: return ["transcript.json": try json(FakeResults.transcript)]
        case .segment: return ["segments.json": try json(FakeResults.segments)]
        case .prepareMedia:
            var results: [String: Data] = [:]
            for moment in try await read(Plan.self, "plan.json", task).moments {
                results["clip-media/\(moment.clip).mp4"] = file
                results["clip-media/\(moment.clip).json"] = try json(FakeResults.clipMedia(moment))
            }
            return results
        case .framing:
            return try await perClip(task, "framing") { try json(FakeResults.framing($0)) }
        case .audioPlan:
            return try await perClip(task, "audio-plan") { try json(FakeResults.audioPlan($0)) }
        case .render: return try renditions(task, file: file)
        }
    }

    private func renditions(_ task: ProviderTask, file: Data) throws -> [String: Data] {
        guard let short = task.parameters.short else { throw FakeFailure.noShort }
        var results = ["qc/\(short.clip).json": try json(FakeResults.quality(short.clip))]
        for canvas in short.canvases {
            let stem = "rendition/\(short.clip).\(canvas.aspectRatio.slug)"
            results["\(stem).mp4"] = file
            results["\(stem).jpg"] = file
            results["\(stem).json"] = try json(FakeResults.rendition(short, canvas.aspectRatio))
        }
        return results
    }

    private func perClip(
        _ task: ProviderTask,
        _ kind: String,
        _ make: (ClipMedia) throws -> Data
    ) async throws -> [String: Data] {
        var results: [String: Data] = [:]
        for input in task.inputs where input.name.hasPrefix("clip-media/") && input.name.hasSuffix(".json") {
            let media = try await read(ClipMedia.self, input.name, task)
            results["\(kind)/\(media.clip).json"] = try make(media)
        }
        return results
    }

    private func read<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ name: String,
        _ task: ProviderTask
    ) async throws -> Value {
        guard let input = task.inputs.first(where: { $0.name == name }),
            let id = URLComponents(string: input.url)?.path.split(separator: "/").dropLast().last,
            let record = try await store.artifact(id: String(id)),
            let location = ArtifactLocation(parsing: record.location)
        else { throw FakeFailure.noInput(name) }
        return try await artifacts.readJSON(type, from: location, sha256: input.sha256)
    }

    private func json(_ value: some Encodable) throws -> Data { try WireJSON.encodePretty(value) }
}

enum FakeFailure: Error {
    case noPlace(String)
    case noInput(String)
    case noShort
    case unexpected(String)
    case tooLate
}
