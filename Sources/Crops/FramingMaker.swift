package import Contracts

/// Makes the artifact `framing` of one clip out of the faces that were seen in it, whoever saw them.
package struct FramingMaker: Sendable {
    package let media: ClipMedia
    package let ratios: [AspectRatio]
    /// The stretches of the clip without a cut, in clip time.
    package let shots: [Shot]
    /// Where the clip is not silent, and who speaks by the transcript, in clip time.
    private let speech: [Range<Int>]
    private let turns: [SpeakerTurn]

    package init(media: ClipMedia, segments: Segments, ratios: [AspectRatio]) {
        self.media = media
        self.ratios = ratios
        shots = Shot.split(
            endMs: media.durationMs,
            cutsMs: segments.cuts.map { $0.atMs - media.sourceStartMs }
        )
        turns = segments.turns.map {
            SpeakerTurn(
                speaker: $0.speaker,
                startMs: $0.startMs - media.sourceStartMs,
                endMs: $0.endMs - media.sourceStartMs
            )
        }
        speech = Self.gaps(
            between: segments.silences.map {
                ($0.startMs - media.sourceStartMs, $0.endMs - media.sourceStartMs)
            },
            endMs: media.durationMs
        )
    }

    /// The shots in which it has to be known who speaks, since not all faces fit into a ratio, with those faces.
    package func contested(_ tracks: [FaceTrack]) -> [(shot: Shot, faces: [FaceTrack])] {
        let planner = CropPlanner(sourceWidth: media.width, sourceHeight: media.height)
        return shots.enumerated().compactMap { index, shot in
            let inShot = tracks.filter { $0.shotIndex == index }
            let faces = ratios.map { planner.contenders(ratio: $0.cropRatio, tracks: inShot) }
                .max { $0.count < $1.count }
            guard let faces, !faces.isEmpty, speech.contains(where: { shot.overlaps($0) }) else { return nil }
            return (shot, faces)
        }
    }

    /// `mouths` tells of the faces of contested shots; `blindness` says why no faces were looked for, if none were.
    package func framing(
        tracks: [FaceTrack],
        mouths: [MouthSample] = [],
        blindness: String? = nil
    ) -> Framing {
        let planner = CropPlanner(sourceWidth: media.width, sourceHeight: media.height)
        let stretches = planner.plan(
            ratios: ratios.map(\.cropRatio),
            shots: shots,
            tracks: tracks,
            speech: speakers(tracks, mouths)
        )
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

    /// Who speaks in each contested shot, by the index of the shot.
    private func speakers(_ tracks: [FaceTrack], _ mouths: [MouthSample]) -> [Int: [SpokenStretch]] {
        guard !mouths.isEmpty else { return [:] }
        return contested(tracks).reduce(into: [:]) { found, contest in
            guard let index = contest.faces.first?.shotIndex else { return }
            found[index] = SpeakerFinder().stretches(
                shot: contest.shot,
                trackIDs: contest.faces.map(\.id),
                samples: mouths,
                speech: speech,
                turns: turns
            )
        }
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

    private static func gaps(between silences: [(startMs: Int, endMs: Int)], endMs: Int) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var clock = 0
        for silence in silences.sorted(by: { $0.startMs < $1.startMs }) where silence.startMs < endMs {
            if silence.startMs > clock { gaps.append(clock..<silence.startMs) }
            clock = max(clock, silence.endMs)
        }
        if clock < endMs { gaps.append(clock..<endMs) }
        return gaps
    }

    private func warnings(_ stretches: [FramedStretch], _ blindness: String?) -> [Warning] {
        let clip = media.clip
        let faceless = stretches.filter { stretch in
            stretch.crops.values.contains { $0.notes.contains(.noFace) }
        }
        guard !faceless.isEmpty else { return [] }
        let reason: String
        if let blindness {
            reason = "No faces were looked for: \(blindness)."
        } else if faceless.count == stretches.count {
            reason = "No face was found."
        } else {
            reason = "No face was found in \(faceless.count) of \(stretches.count) stretches."
        }
        let outcome = "There the whole picture is shown over a blurred copy."
        return [Warning(code: "no-face", detail: "\(reason) \(outcome)", clip: clip)]
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
        let layout: Framing.Layout
        var stack: Framing.Stack?
        switch crop.layout {
        case .crop: layout = .crop
        case .fit: layout = .fit
        case .stacked(let top, let bottom):
            layout = .stacked
            stack = Framing.Stack(top: PixelRect(top), bottom: PixelRect(bottom))
        }
        self.init(aspectRatio: ratio, layout: layout, rect: PixelRect(crop.rect), stack: stack)
    }
}
