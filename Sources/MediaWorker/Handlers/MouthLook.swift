import Contracts
import Crops
import Media

/// Looks at the mouths of a clip in more pictures than the faces were looked for in.
struct MouthLook {
    /// Lips open and close some four times a second.
    private static let picturesPerSecond = 8.0
    private static let widthMax = 960
    /// Two pictures farther apart tell nothing of a mouth.
    private static let gapMsMax = 300

    let media: ClipMedia
    let path: String
    let cancel: @Sendable () -> Bool

    /// How the mouths move in those shots, in clip time.
    func samples(_ contested: [(shot: Crops.Shot, faces: [FaceTrack])]) throws -> [MouthSample] {
        try contested.flatMap { try samples($0.shot, $0.faces) }
    }

    private func samples(_ shot: Crops.Shot, _ faces: [FaceTrack]) throws -> [MouthSample] {
        let width = min(Self.widthMax, media.width)
        let scale = Double(width) / Double(media.width)
        let paths = faces.map { (id: $0.id, path: FacePath($0)) }
        var found: [MouthSample] = []
        var last: (timeMs: Int, picture: MouthMotion.Picture)?
        try FrameSampler.sample(
            path: path,
            fromMs: media.leadMs + shot.startMs,
            toMs: media.leadMs + shot.endMs,
            framesPerSecond: Self.picturesPerSecond,
            width: width,
            cancel: cancel
        ) { fileMs, frame in
            let timeMs = fileMs - media.leadMs
            guard
                let picture = MouthMotion.Picture(
                    bgr: frame.bytes,
                    width: frame.width,
                    height: frame.height,
                    stride: frame.stride
                )
            else { return true }
            defer { last = (timeMs, picture) }
            guard let last, timeMs - last.timeMs <= Self.gapMsMax else { return true }
            for face in paths {
                guard let regions = face.path.regions(at: timeMs)?.scaled(by: scale),
                    let motion = MouthMotion.measure(regions, from: last.picture, to: picture)
                else { continue }
                found.append(MouthSample(trackID: face.id, timeMs: timeMs, motion: motion))
            }
            return true
        }
        return found
    }
}
