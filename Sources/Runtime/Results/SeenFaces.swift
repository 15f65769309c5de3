import Contracts
import Crops
import Providers

/// Faces as a provider followed them through a clip, as the crop planner takes them: shot by shot, in pixels.
struct SeenFaces {
    /// Hostile or broken answers could hold any number of either.
    static let facesMax = 200
    static let sightingsMax = 20_000
    /// Sightings less sure than this are not looked at; providers weigh differently, so the bar is low.
    static let scoreMin = 0.5
    /// A face that is seen less often in a shot is chance.
    static let sightingsMin = 2

    let media: ClipMedia
    let shots: [Shot]

    func tracks(of faces: [SeenFace]) -> [FaceTrack] {
        var tracks: [FaceTrack] = []
        for face in faces.prefix(Self.facesMax) {
            let hits = face.sightings.prefix(Self.sightingsMax).compactMap(hit).sorted {
                $0.timeMs < $1.timeMs
            }
            let stepMs = Self.step(hits)
            for (index, shot) in shots.enumerated() {
                let inShot = hits.filter { shot.contains($0.timeMs) }
                guard inShot.count >= Self.sightingsMin else { continue }
                tracks.append(
                    FaceTrack(
                        id: tracks.count,
                        shotIndex: index,
                        hits: inShot,
                        samplesInShot: max(inShot.count, shot.lengthMs / stepMs)
                    )
                )
            }
        }
        return tracks
    }

    /// A sighting in pixels of the clip; nil where it is no part of the picture, or not sure enough.
    private func hit(_ sighting: FaceSighting) -> FaceTrack.Hit? {
        let numbers = [sighting.x, sighting.y, sighting.width, sighting.height, sighting.score]
        guard numbers.allSatisfy(\.isFinite), sighting.score >= Self.scoreMin else { return nil }
        let (left, right) = Self.span(sighting.x, sighting.width, of: media.width)
        let (top, bottom) = Self.span(sighting.y, sighting.height, of: media.height)
        guard right - left >= 2, bottom - top >= 2 else { return nil }
        let box = Rect(x: left, y: top, width: right - left, height: bottom - top)
        return FaceTrack.Hit(
            timeMs: sighting.tMs,
            face: DetectedFace(box: box, score: min(sighting.score, 1))
        )
    }

    private static func span(_ start: Double, _ length: Double, of side: Int) -> (Int, Int) {
        let from = min(max(start, 0), 1)
        let until = min(max(start + length, 0), 1)
        return (Int((from * Double(side)).rounded()), Int((until * Double(side)).rounded()))
    }

    /// The usual time between two sightings: how densely the provider looked.
    private static func step(_ hits: [FaceTrack.Hit]) -> Int {
        let steps = zip(hits, hits.dropFirst()).map { $1.timeMs - $0.timeMs }.filter { $0 > 0 }.sorted()
        return steps.isEmpty ? 1_000 : steps[steps.count / 2]
    }
}
