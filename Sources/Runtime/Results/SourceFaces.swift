import Contracts
import Providers

/// Cuts faces that were followed through the whole source out into its clips.
struct SourceFaces {
    let faces: [SeenFace]

    /// The faces that are seen in a clip, in its own time, those that are seen most often first.
    func cut(_ media: ClipMedia) -> [SeenFace] {
        let range = media.sourceStartMs..<(media.sourceStartMs + max(media.durationMs, 0))
        return faces.compactMap { face -> SeenFace? in
            let seen = face.sightings.filter { range.contains($0.tMs) }
            guard !seen.isEmpty else { return nil }
            return SeenFace(
                id: face.id,
                sightings: seen.map { sighting in
                    var moved = sighting
                    moved.tMs -= media.sourceStartMs
                    return moved
                }
            )
        }
        .enumerated()
        .sorted { ($1.element.sightings.count, $0.offset) < ($0.element.sightings.count, $1.offset) }
        .map(\.element)
    }
}
