import Contracts

extension Composer {
    /// Of a face that shows in less of a shot nobody misses anything.
    private static let faceCoverageMin = 0.2

    /// What a ratio shows shot by shot, and a warning where the style's layout leaves somebody out.
    static func canvas(
        _ ratio: AspectRatio,
        _ clip: Prepared.Clip,
        _ layout: LayoutPreference
    ) throws(Problem) -> (Composition.Canvas, Warning?) {
        var shots: [Composition.Canvas.Shot] = []
        var narrowed = 0
        for shot in clip.framing.shots {
            guard let crop = shot.crops.first(where: { $0.aspectRatio == ratio }) else {
                throw Problem(
                    .artifactInvalid,
                    detail:
                        "The framing of \(clip.media.clip) has no \(ratio.rawValue) crop at \(shot.startMs) ms."
                )
            }
            let chosen: Framing.Layout =
                switch layout.preferred(for: ratio) {
                case .auto: crop.layout
                case .crop: .crop
                case .fit: .fit
                }
            if chosen == .crop, crop.layout != .crop, leavesOut(shot, crop.rect) { narrowed += 1 }
            let shown = Composition.Canvas.Shot(
                startMs: shot.startMs,
                endMs: shot.endMs,
                layout: chosen,
                rect: crop.rect,
                stack: chosen == .stacked ? crop.stack : nil
            )
            if let last = shots.last, looksAlike(last, shown) {
                shots[shots.count - 1].endMs = shot.endMs
            } else {
                shots.append(shown)
            }
        }
        guard !shots.isEmpty else {
            throw Problem(.artifactInvalid, detail: "The framing of \(clip.media.clip) has no shots.")
        }
        // Framing may end a frame before or after the clip; the canvas covers the clip exactly.
        shots[shots.count - 1].endMs = max(clip.media.durationMs, shots[shots.count - 1].startMs + 1)
        let canvas = Composition.Canvas(
            aspectRatio: ratio,
            width: ratio.width,
            height: ratio.height,
            shots: shots
        )
        return (canvas, narrowed == 0 ? nil : leftOut(ratio, narrowed, of: clip.framing.shots.count))
    }

    private static func looksAlike(_ a: Composition.Canvas.Shot, _ b: Composition.Canvas.Shot) -> Bool {
        guard a.layout == b.layout else { return false }
        switch a.layout {
        case .crop: return a.rect == b.rect
        case .fit: return true
        case .stacked: return a.stack == b.stack
        }
    }

    private static func leftOut(_ ratio: AspectRatio, _ count: Int, of all: Int) -> Warning {
        Warning(
            code: "faces-left-out",
            detail: "The style crops \(ratio.rawValue), so \(count) of \(all) stretches leave out faces that "
                + "another layout shows."
        )
    }

    /// Whether a crop cuts off a face that lasts.
    private static func leavesOut(_ shot: Framing.Shot, _ rect: PixelRect) -> Bool {
        shot.faces.contains { $0.coverage >= faceCoverageMin && !rect.contains($0.box) }
    }
}
