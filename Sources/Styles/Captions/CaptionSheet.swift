package import Contracts

/// One page of captions as it lies on a canvas, for renderers that are not libass.
///
/// Lines, sizes and times are those of `AssScript`, so that a short looks the same wherever it is rendered.
package struct CaptionSheet: Sendable, Hashable {
    package struct Word: Sendable, Hashable {
        package let text: String
        /// Whether a space stands before it in its line.
        package let isSpaced: Bool
        /// `#RRGGBB` while the word is not spoken.
        package let color: String
        package let isEmphasised: Bool
        /// When it has the highlight colour.
        package let spokenMs: Range<Int>
    }

    package let startMs: Int
    package let endMs: Int
    package let lines: [[Word]]
    /// Height of one line.
    package let linePixels: Double
    /// The same as a font size: an em of the fonts.
    package var fontPixels: Double { linePixels / FontLibrary.lineHeightEms }
    package let outlinePixels: Double
    /// Lower edge of the text, from the top of the canvas.
    package let baselinePixels: Int
    /// Behind the text; nil where the style has no box.
    package let box: Box?

    package struct Box: Sendable, Hashable {
        /// From the text to the sides.
        package let paddingX: Double
        package let paddingY: Double
        package let radiusPixels: Double
        /// `#RRGGBB`.
        package let color: String
    }

    package init(_ page: CaptionPage, _ style: CaptionStyle, _ canvas: Composition.Canvas) {
        // The fonts of other renderers cannot be looked at.
        let font = TextFont(style, .assumed, .mainland)
        let layout = AssScript.captionLayout(page, style, canvas, font)
        let plain = HexColor(style.textColor) ?? .white
        let tinted = plain.mixed(
            with: HexColor(style.highlightColor) ?? .white,
            share: AssScript.emphasisTint
        )
        let spoken = Self.spoken(page, style.shownAnimation)
        lines = layout.lines.map { line in
            line.map { index in
                let isEmphasised = page.words[index].emphasised && style.shownAnimation != .plain
                return Word(
                    text: layout.tokens[index].text,
                    isSpaced: index > line.lowerBound && layout.tokens[index].isSpaced,
                    color: (isEmphasised ? tinted : plain).text,
                    isEmphasised: isEmphasised,
                    spokenMs: spoken[index]
                )
            }
        }
        (startMs, endMs) = (page.startMs, page.endMs)
        linePixels = layout.size
        outlinePixels = AssScript.pixelSize(style.sizeShare, canvas) * style.outlineShare
        baselinePixels = AssScript.captionTextBaseline(page, style, canvas, layout)
        let padding = AssScript.captionPadding(style, canvas)
        box = style.backgroundColor.map { color in
            Box(
                paddingX: padding.x + AssScript.pixelSize(style.sizeShare, canvas) * style.outlineShare,
                paddingY: padding.y,
                radiusPixels: layout.size * 0.2,
                color: color
            )
        }
    }

    /// From its onset on a word is the spoken one until the next, or until its end where a silence follows; one that is
    /// filled stays so.
    private static func spoken(_ page: CaptionPage, _ animation: CaptionAnimation) -> [Range<Int>] {
        if animation == .plain { return page.words.map { _ in page.startMs..<page.startMs } }
        if animation == .karaoke {
            return page.words.map { min($0.startMs, page.endMs)..<page.endMs }
        }
        var clock = page.startMs
        return page.words.enumerated().map { index, word in
            let next = index + 1 < page.words.count ? page.words[index + 1].startMs : page.endMs
            let start = max(clock, word.startMs)
            let end = next - word.endMs > AssScript.neutralGapMs ? word.endMs : next
            clock = max(start, next)
            return start..<max(start, end)
        }
    }
}

/// The title's card as it lies on a canvas, for renderers that are not libass.
package struct TitleSheet: Sendable, Hashable {
    package let lines: [String]
    package let linePixels: Double
    package var fontPixels: Double { linePixels / FontLibrary.lineHeightEms }
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double
    package let radiusPixels: Double

    /// Nil where the title has no words.
    package init?(
        _ overlay: TitleOverlay,
        _ style: TitleStyle,
        _ short: Composition.Short,
        _ canvas: Composition.Canvas
    ) {
        let tokens = TextToken.pieces(of: overlay.text)
        guard !tokens.isEmpty else { return nil }
        let font = TextFont(style, .assumed, .mainland)
        let box = AssScript.titleBox(tokens, style, short.images, canvas, font)
        lines = box.layout.lines.map { tokens[$0].joined { $1.text } }
        linePixels = box.layout.size
        (width, height) = (box.width, box.height)
        (x, y) = ((Double(canvas.width) - box.width) / 2, box.top)
        radiusPixels = box.radius
    }
}
