import Contracts
import Crops
import Pipeline
import Providers
import Store

extension ResultKeeper {
    func keep(_ clips: [ClipFaces]) async throws -> [TaskReport.Artifact] {
        let segments = try await subject.readPublished(Segments.self, .segments)
        let told = Dictionary(clips.map { ($0.clip, $0) }, uniquingKeysWith: { first, _ in first })
        var kept: [TaskReport.Artifact] = []
        for record in try subject.artifacts.clips(.clipMedia, fileExtension: "json") {
            let media = try await subject.context.readJSON(ClipMedia.self, record)
            let maker = FramingMaker(media: media, segments: segments, ratios: StageReads.framedRatios)
            let faces = told[media.clip]
            let framing = maker.framing(
                tracks: SeenFaces(media: media, shots: maker.shots).tracks(of: faces?.tracks ?? []),
                blindness: faces == nil
                    ? "provider '\(subject.task.provider)' said nothing about this clip" : nil
            )
            kept.append(try await write(framing, .clip(.framing, media.clip)))
        }
        return kept
    }
}
