import Contracts
import Crops
import Pipeline
import Providers
import Store

extension ResultKeeper {
    func keep(_ clips: [ClipFaces]) async throws -> [TaskReport.Artifact] {
        let told = Dictionary(clips.map { ($0.clip, $0.tracks) }, uniquingKeysWith: { first, _ in first })
        return try await keepFraming { told[$0.clip] }
    }

    func keep(_ source: SourceFaces) async throws -> [TaskReport.Artifact] {
        try await keepFraming { source.cut($0) }
    }

    /// Frames every clip by the faces that were seen in it; nil where nobody looked.
    private func keepFraming(
        _ faces: @Sendable (ClipMedia) -> [SeenFace]?
    ) async throws -> [TaskReport.Artifact] {
        let segments = try await subject.readPublished(Segments.self, .segments)
        var kept: [TaskReport.Artifact] = []
        for record in try subject.artifacts.clips(.clipMedia, fileExtension: "json") {
            let media = try await subject.context.readJSON(ClipMedia.self, record)
            let maker = FramingMaker(media: media, segments: segments, ratios: StageReads.framedRatios)
            let seen = faces(media)
            let framing = maker.framing(
                tracks: SeenFaces(media: media, shots: maker.shots).tracks(of: seen ?? []),
                blindness: seen == nil
                    ? "provider '\(subject.task.provider)' said nothing about this clip" : nil
            )
            kept.append(try await write(framing, .clip(.framing, media.clip)))
        }
        return kept
    }
}
