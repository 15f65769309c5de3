import Contracts

extension AssScript {
    static func captionStyle(_ style: CaptionStyle, _ canvas: Composition.Canvas) -> String {
        let size = pixelSize(style.sizeShare, canvas)
        return self.style(
            "Caption",
            family: style.fontFamily,
            weight: style.fontWeight,
            size: size,
            fill: HexColor(style.textColor) ?? .white,
            outline: HexColor(style.outlineColor) ?? .black,
            outlineWidth: size * style.outlineShare,
            shadow: size * 0.03
        )
    }

    /// The states of one page: before each word, at each word, after the last.
    static func captionEvents(
        _ page: CaptionPage,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas,
        _ font: TextFont
    ) -> [String] {
        let drawing = PageDrawing(page, style, canvas, font)
        var events: [String] = []
        func add(_ startMs: Int, _ endMs: Int, spoken: Int?) {
            let isFirst = events.isEmpty && endMs - startMs >= popMs
            let text = drawing.text(spoken: spoken, pops: isFirst)
            if let event = dialogue(layer: 2, startMs: startMs, endMs: endMs, style: "Caption", text: text) {
                events.append(event)
            }
        }
        var clock = page.startMs
        for (index, word) in page.words.enumerated() {
            let next = index + 1 < page.words.count ? page.words[index + 1].startMs : page.endMs
            if word.startMs > clock { add(clock, word.startMs, spoken: nil) }
            let start = max(clock, word.startMs)
            if next - word.endMs > neutralGapMs {
                add(start, word.endMs, spoken: index)
                add(word.endMs, next, spoken: nil)
            } else {
                add(start, next, spoken: index)
            }
            clock = max(start, next)
        }
        return events
    }
}

extension AssScript {
    static func captionLayout(
        _ page: CaptionPage,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas,
        _ font: TextFont
    ) -> TextLayout {
        let size = pixelSize(style.sizeShare, canvas)
        let safe = SafeArea(canvas.aspectRatio).rect(width: canvas.width, height: canvas.height)
        return TextLayout(
            TextToken.words(page.words.map(style.shown)),
            font: font,
            size: size,
            widthMax: Double(safe.width) - 2 * size * style.outlineShare
        )
    }
}

/// One page as it is drawn: lines, size and place are the same in all of its states.
private struct PageDrawing {
    private let emphasised: [Bool]
    private let layout: TextLayout
    private let place: String
    private let plain: HexColor
    private let highlight: HexColor

    init(_ page: CaptionPage, _ style: CaptionStyle, _ canvas: Composition.Canvas, _ font: TextFont) {
        layout = AssScript.captionLayout(page, style, canvas, font)
        emphasised = page.words.map(\.emphasised)
        let baseline = SafeArea.captionBaseline(
            page,
            share: style.baselineShare,
            textHeight: layout.size * Double(layout.lines.count),
            canvas: canvas
        )
        place = "\\an2\\pos(\(canvas.width / 2),\(baseline))\\fs\(AssScript.decimal(layout.size))"
        plain = HexColor(style.textColor) ?? .white
        highlight = HexColor(style.highlightColor) ?? .white
    }

    func text(spoken: Int?, pops: Bool) -> String {
        // The line comes in a little smaller and grows; only whole pages do, since a growing word shakes its line.
        let entrance = pops ? "\\fscx92\\fscy92\\t(0,\(AssScript.popMs),\\fscx100\\fscy100)" : ""
        let isRightToLeft = layout.isRightToLeft
        let lines = layout.lines.map { line in
            layout.assLine(line, isRightToLeft: isRightToLeft) { index in
                "{\\1c\(AssText.color(color(of: index, spoken: spoken)))}"
            }
        }
        return "{\(place)\(entrance)}\(lines.joined(separator: "\\N"))"
    }

    private func color(of index: Int, spoken: Int?) -> HexColor {
        if index == spoken { return highlight }
        return emphasised[index] ? plain.mixed(with: highlight, share: AssScript.emphasisTint) : plain
    }
}
