package import Contracts
package import Foundation

/// Canned results of every kind of task, which keep every contract though nothing was decoded or rendered.
package struct FakeWork: Sendable {
    /// What is said in the source.
    private let transcript: @Sendable (ProviderTask) -> Transcript
    /// The bytes of a media file.
    private let file: @Sendable (ProviderTask, _ name: String) -> Data

    /// Results of the 20 seconds that `FakeResults` describes, each file the same few words.
    package init() {
        self.init(
            transcript: { _ in FakeResults.transcript },
            file: { _, _ in Data("not really media".utf8) }
        )
    }

    /// Results whose words and files follow from the task, so that different sources give different artifacts.
    package init(
        transcript: @escaping @Sendable (ProviderTask) -> Transcript,
        file: @escaping @Sendable (ProviderTask, _ name: String) -> Data
    ) {
        self.transcript = transcript
        self.file = file
    }

    /// What a task gives, by the names of the artifacts; `read` gives an input's bytes.
    package func results(
        of task: ProviderTask,
        read: (_ name: String) async throws -> Data
    ) async throws -> [String: Data] {
        switch task.kind {
        case .transcode:
            let durationMs = transcript(task).durationMs
            return [
                "media.mp4": file(task, "media.mp4"), "audio.wav": file(task, "audio.wav"),
                "media.json": try json(FakeResults.media(durationMs: durationMs)),
                "audio.json": try json(FakeResults.audio(durationMs: durationMs)),
            ]
        case .transcribe: return ["transcript.json": try json(transcript(task))]
        case .segment:
            return ["segments.json": try json(FakeResults.segments(durationMs: transcript(task).durationMs))]
        case .prepareMedia:
            var results: [String: Data] = [:]
            for moment in try WireJSON.decode(Plan.self, from: await read("plan.json")).moments {
                let name = "clip-media/\(moment.clip)"
                results["\(name).mp4"] = file(task, "\(name).mp4")
                results["\(name).json"] = try json(FakeResults.clipMedia(moment))
            }
            return results
        case .framing:
            return try await perClip(task, "framing", read) { try json(FakeResults.framing($0)) }
        case .audioPlan:
            return try await perClip(task, "audio-plan", read) { try json(FakeResults.audioPlan($0)) }
        case .render: return try renditions(task)
        }
    }

    private func renditions(_ task: ProviderTask) throws -> [String: Data] {
        guard let short = task.parameters.short else { throw FakeWorkError.noShort }
        var results = ["qc/\(short.clip).json": try json(FakeResults.quality(short.clip))]
        for canvas in short.canvases {
            let stem = "rendition/\(short.clip).\(canvas.aspectRatio.slug)"
            results["\(stem).mp4"] = file(task, "\(stem).mp4")
            results["\(stem).jpg"] = file(task, "\(stem).jpg")
            results["\(stem).json"] = try json(FakeResults.rendition(short, canvas.aspectRatio))
        }
        return results
    }

    private func perClip(
        _ task: ProviderTask,
        _ kind: String,
        _ read: (_ name: String) async throws -> Data,
        _ make: (ClipMedia) throws -> Data
    ) async throws -> [String: Data] {
        var results: [String: Data] = [:]
        for input in task.inputs where input.name.hasPrefix("clip-media/") && input.name.hasSuffix(".json") {
            let media = try WireJSON.decode(ClipMedia.self, from: await read(input.name))
            results["\(kind)/\(media.clip).json"] = try make(media)
        }
        return results
    }

    private func json(_ value: some Encodable) throws -> Data { try WireJSON.encodePretty(value) }
}

package enum FakeWorkError: Error {
    case noShort
}
