package import Contracts

/// Makes the artifact `framing` of one clip out of the faces that were seen in it, whoever saw them.
package struct FramingMaker: Sendable {
    package let media: ClipMedia
    package let ratios: [AspectRatio]
    /// The stretches of the clip without a cut, in clip time.
    package let shots: [Shot]

    package init(media: ClipMedia, segments: Segments, ratios: [AspectRatio]) {
        self.media = media
        self.ratios = ratios
        shots = Shot.split(
            endMs: media.durationMs,
            cutsMs: segments.cuts.map { $0.atMs - media.sourceStartMs }
        )
    }

    /// `blindness` says why no faces were looked for, if none were.
    package func framing(tracks: [FaceTrack], blindness: String? = nil) -> Framing {
        let planner = CropPlanner(sourceWidth: media.width, sourceHeight: media.height)
        let stretches = planner.plan(ratios: ratios.map(\.cropRatio), shots: shots, tracks: tracks)
        return Framing(
            clip: media.clip,
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
            warnings: warnings(stretches, blindness)
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
                    box: PixelRect(track.medianBox),
                    confidence: (track.confidence * 100).rounded() / 100,
                    coverage: (track.coverage * 100).rounded() / 100
                )
            }
    }

    private func warnings(_ stretches: [FramedStretch], _ blindness: String?) -> [Warning] {
        let clip = media.clip
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
        if let blindness {
            reason = "No faces were looked for: \(blindness)."
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

extension PixelRect {
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
        self.init(aspectRatio: ratio, layout: layout, rect: PixelRect(crop.rect))
    }
}
