package import Contracts

extension SafeArea {
    /// Lower edge of a page of captions in pixels.
    ///
    /// Over a stacked picture the page stands on the seam: anywhere else it would cover one of the faces.
    package static func captionBaseline(
        _ page: CaptionPage,
        share: Double,
        textHeight: Double,
        canvas: Composition.Canvas
    ) -> Int {
        guard isStacked(page, canvas) else { return captionBaseline(share: share, canvas: canvas) }
        return Int((Double(canvas.height) / 2 + textHeight / 2).rounded())
    }

    /// Whether a stacked picture is shown for most of the page's time.
    private static func isStacked(_ page: CaptionPage, _ canvas: Composition.Canvas) -> Bool {
        let stackedMs = canvas.shots.reduce(0) { sum, shot in
            guard shot.layout == .stacked else { return sum }
            return sum + max(0, min(shot.endMs, page.endMs) - max(shot.startMs, page.startMs))
        }
        return stackedMs * 2 > page.endMs - page.startMs
    }
}
