import Contracts
import Media
import Threads
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
            let samples = try await context.blocking { try sample(media, path, cancel) }
            let framing = frame(clip, media, segments, samples, ratios)
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
        var failure: VisionError?
        try FrameSampler.sample(
            path: path,
            fromMs: media.leadMs,
            toMs: media.leadMs + media.durationMs,
            framesPerSecond: Self.samplesPerSecond,
            width: width,
            cancel: cancel
        ) { timeMs, picture in
            do throws(VisionError) {
                let faces = try detector.detect(
                    bgr: picture.bytes,
                    width: picture.width,
                    height: picture.height,
                    stride: picture.stride
                )
                samples.append(
                    FaceSample(timeMs: timeMs - media.leadMs, faces: faces.map { $0.scaled(by: factor) })
                )
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw Problem(.stageFailed, detail: failure.description) }
        return samples
    }

    private func frame(
        _ clip: String,
        _ media: ClipMedia,
        _ segments: Segments,
        _ samples: [FaceSample],
        _ ratios: [AspectRatio]
    ) -> Framing {
        let shots = Vision.Shot.split(
            endMs: media.durationMs,
            cutsMs: segments.cuts.map { $0.atMs - media.sourceStartMs }
        )
        let tracks = FaceTracker().tracks(samples: samples, shots: shots)
        let planner = CropPlanner(sourceWidth: media.width, sourceHeight: media.height)
        let stretches = planner.plan(ratios: ratios.map(\.cropRatio), shots: shots, tracks: tracks)
        return Framing(
            clip: clip,
            width: media.width,
            height: media.height,
            durationMs: media.durationMs,
            shots: stretches.map { stretch in
                Framing.Shot(
                    startMs: stretch.startMs,
                    endMs: stretch.endMs,
                    faces: faces(of: stretch, tracks, planner),
                    crops: ratios.compactMap { ratio in
                        stretch.crops[ratio.cropRatio].map { Framing.Crop(ratio, $0) }
                    }
                )
            },
            warnings: warnings(clip, stretches)
        )
    }

    private func faces(
        of stretch: FramedStretch,
        _ tracks: [FaceTrack],
        _ planner: CropPlanner
    ) -> [Framing.Face] {
        tracks.filter { $0.shotIndex == stretch.shotIndex }
            .sorted { (planner.weight($1), $0.id) < (planner.weight($0), $1.id) }
            .enumerated()
            .map { number, track in
                Framing.Face(
                    track: number,
                    box: Contracts.PixelRect(track.medianBox),
                    confidence: (track.confidence * 100).rounded() / 100,
                    coverage: (track.coverage * 100).rounded() / 100
                )
            }
    }

    private func warnings(_ clip: String, _ stretches: [FramedStretch]) -> [Warning] {
        let faceless = stretches.filter { stretch in
            stretch.crops.values.contains { $0.notes.contains(.noFace) }
        }
        let leftOut = stretches.filter { stretch in
            stretch.crops.values.contains { crop in
                crop.notes.contains { if case .facesLeftOut = $0 { true } else { false } }
            }
        }
        var warnings: [Warning] = []
        if !leftOut.isEmpty {
            let detail =
                "In \(leftOut.count) of \(stretches.count) stretches not all faces fit into every ratio; the largest "
                + "are shown."
            warnings.append(Warning(code: "faces-left-out", detail: detail, clip: clip))
        }
        guard !faceless.isEmpty else { return warnings }
        let reason: String
        if let detectorProblem {
            reason = "No faces were looked for: \(detectorProblem)."
        } else if faceless.count == stretches.count {
            reason = "No face was found."
        } else {
            reason = "No face was found in \(faceless.count) of \(stretches.count) stretches."
        }
        let outcome = "There the whole picture is shown over a blurred copy."
        return warnings + [Warning(code: "no-face", detail: "\(reason) \(outcome)", clip: clip)]
    }
}

extension AspectRatio {
    fileprivate var cropRatio: CropRatio {
        switch self {
        case .portrait: .portrait
        case .square: .square
        case .landscape: .landscape
        }
    }
}

extension Contracts.PixelRect {
    fileprivate init(_ rect: Rect) {
        self.init(x: rect.x, y: rect.y, width: rect.width, height: rect.height)
    }
}

extension Framing.Crop {
    fileprivate init(_ ratio: AspectRatio, _ crop: ShotCrop) {
        let layout: Framing.Layout =
            switch crop.layout {
            case .crop: .crop
            case .fit: .fit
            }
        self.init(aspectRatio: ratio, layout: layout, rect: Contracts.PixelRect(crop.rect))
    }
}
