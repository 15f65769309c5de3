import Contracts
import Crops
import Media
import Vision

/// Looks for faces in each clip and chooses what of the picture each ratio shows.
struct FramingHandler: TaskHandler {
    private static let samplesPerSecond = 2.5
    private static let sampleWidth = 640

    /// Nil where there is none; `detectorProblem` tells why.
    let detector: FaceDetector?
    let detectorProblem: String?

    func run(_ context: TaskContext) async throws {
        let segments = try await context.decode(Segments.self, from: "segments.json")
        let ratios = context.task.parameters.aspectRatios ?? AspectRatio.allCases
        let work = ClipWork(context: context)
        try await work.each(try work.clips()) { clip in
            let media = try await context.decode(ClipMedia.self, from: "clip-media/\(clip).json")
            let path = try await context.input("clip-media/\(clip).mp4")
            let cancel = context.isCancelled
            let maker = FramingMaker(media: media, segments: segments, ratios: ratios)
            let (tracks, mouths) = try await context.blocking {
                let samples = try sample(media, path, cancel)
                let tracks = FaceTracker().tracks(samples: samples, shots: maker.shots)
                let look = MouthLook(media: media, path: path, cancel: cancel)
                return (tracks, try look.samples(maker.contested(tracks)))
            }
            let framing = maker.framing(tracks: tracks, mouths: mouths, blindness: detectorProblem)
            context.warn(framing.warnings)
            try await context.upload(ArtifactName("framing", clip: clip), json: framing)
        }
    }

    /// The faces of some pictures a second, in source pixels and clip time.
    private func sample(
        _ media: ClipMedia,
        _ path: String,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws -> [FaceSample] {
        guard let detector else { return [] }
        let width = min(Self.sampleWidth, media.width)
        let factor = Double(media.width) / Double(width)
        var samples: [FaceSample] = []
        let look = FaceLook(detector: detector, picturesPerSecond: Self.samplesPerSecond, width: width)
        try look.look(at: path, media.leadMs..<media.leadMs + media.durationMs, cancel: cancel) {
            timeMs,
            faces,
            _,
            _ in
            samples.append(
                FaceSample(timeMs: timeMs - media.leadMs, faces: faces.map { $0.scaled(by: factor) })
            )
        }
        return samples
    }
}
