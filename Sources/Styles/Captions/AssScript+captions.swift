import Contracts

extension AssScript {
    static func captionStyles(_ style: CaptionStyle, _ canvas: Composition.Canvas) -> [String] {
        let size = pixelSize(style.sizeShare, canvas)
        let text = self.style(
            "Caption",
            family: style.fontFamily,
            weight: style.fontWeight,
            size: size,
            fill: HexColor(style.textColor) ?? .white,
            outline: HexColor(style.outlineColor) ?? .black,
            outlineWidth: size * style.outlineShare,
            shadow: size * 0.03
        )
        guard let box = style.backgroundColor.flatMap(HexColor.init) else { return [text] }
        return [text, shapeStyle("CaptionBox", box)]
    }

    /// The states of one page and the box behind them.
    static func captionEvents(
        _ page: CaptionPage,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas,
        _ font: TextFont
    ) -> [String] {
        let drawing = PageDrawing(page, style, canvas, font)
        let states =
            switch style.shownAnimation {
            case .highlight, .pop: spokenStates(page, drawing)
            case .karaoke: [(page.startMs, page.endMs, drawing.filling(page))]
            case .plain: [(page.startMs, page.endMs, drawing.text(spoken: nil))]
            }
        let texts = states.compactMap { startMs, endMs, text in
            dialogue(.captionText, startMs: startMs, endMs: endMs, style: "Caption", text: text)
        }
        let box = drawing.box.flatMap { box in
            dialogue(.captionBox, startMs: page.startMs, endMs: page.endMs, style: "CaptionBox", text: box)
        }
        return [box].compactMap(\.self) + texts
    }

    /// A page before each word, at each word and after the last.
    private static func spokenStates(
        _ page: CaptionPage,
        _ drawing: PageDrawing
    ) -> [(startMs: Int, endMs: Int, text: String)] {
        var states: [(startMs: Int, endMs: Int, text: String)] = []
        func add(_ startMs: Int, _ endMs: Int, spoken: Int?) {
            let entrance = drawing.entrance(at: startMs - page.startMs, lastsMs: endMs - startMs)
            states.append((startMs, endMs, drawing.text(spoken: spoken, entrance: entrance)))
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
        return states
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
        let side = size * style.outlineShare + captionPadding(style, canvas).x
        return TextLayout(
            TextToken.words(page.words.map(style.shown)),
            font: font,
            size: size,
            widthMax: Double(safe.width) - 2 * side
        )
    }

    /// Between a page's text and the edges of its box; nothing where there is none.
    static func captionPadding(_ style: CaptionStyle, _ canvas: Composition.Canvas) -> (x: Double, y: Double)
    {
        guard style.backgroundColor != nil else { return (0, 0) }
        let size = pixelSize(style.sizeShare, canvas)
        return (size * 0.32, size * 0.16)
    }

    /// Lower edge of a page with its box.
    static func captionBottom(
        _ page: CaptionPage,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas,
        _ layout: TextLayout
    ) -> Int {
        SafeArea.captionBaseline(
            page,
            share: style.baselineShare,
            textHeight: layout.size * Double(layout.lines.count) + 2 * captionPadding(style, canvas).y,
            canvas: canvas
        )
    }

    /// Lower edge of the text of a page.
    static func captionTextBaseline(
        _ page: CaptionPage,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas,
        _ layout: TextLayout
    ) -> Int {
        captionBottom(page, style, canvas, layout) - Int(captionPadding(style, canvas).y.rounded(.up))
    }
}

/// One page as it is drawn: lines, size and place are the same in all of its states.
private struct PageDrawing {
    /// What a page grows from when it comes in, in percent.
    private static let entranceScale = 92.0

    /// The box behind the page; nil where the style has none.
    let box: String?
    private let animation: CaptionAnimation
    private let emphasised: [Bool]
    private let layout: TextLayout
    private let place: String
    private let plain: HexColor
    private let highlight: HexColor

    init(_ page: CaptionPage, _ style: CaptionStyle, _ canvas: Composition.Canvas, _ font: TextFont) {
        animation = style.shownAnimation
        layout = AssScript.captionLayout(page, style, canvas, font)
        emphasised = page.words.map { $0.emphasised && style.shownAnimation != .plain }
        let baseline = AssScript.captionTextBaseline(page, style, canvas, layout)
        place = "\\an2\\pos(\(canvas.width / 2),\(baseline))\\fs\(AssScript.decimal(layout.size))"
        plain = HexColor(style.textColor) ?? .white
        highlight = HexColor(style.highlightColor) ?? .white
        guard style.backgroundColor != nil else {
            box = nil
            return
        }
        let padding = AssScript.captionPadding(style, canvas)
        let outline = AssScript.pixelSize(style.sizeShare, canvas) * style.outlineShare
        let shape = AssScript.roundedRectangle(
            width: layout.width + 2 * (padding.x + outline),
            height: layout.height + 2 * padding.y,
            radius: layout.size * 0.2
        )
        let bottom = AssScript.captionBottom(page, style, canvas, layout)
        let entrance = animation == .pop ? Self.growth(from: 0, to: AssScript.springMs) : ""
        box = "{\\an2\\pos(\(canvas.width / 2),\(bottom))\(entrance)\\1a&H14&\\p1}\(shape){\\p0}"
    }

    /// Brings the page in a little smaller; only whole pages grow, since a growing word shakes its line.
    func entrance(at offsetMs: Int, lastsMs: Int) -> String {
        switch animation {
        case .highlight:
            offsetMs == 0 && lastsMs >= AssScript.popMs ? Self.growth(from: 0, to: AssScript.popMs) : ""
        // Over all states that it lasts for.
        case .pop: offsetMs < AssScript.springMs ? Self.growth(from: offsetMs, to: AssScript.springMs) : ""
        case .karaoke, .plain: ""
        }
    }

    /// What is left of a growth at a time in it.
    private static func growth(from offsetMs: Int, to endMs: Int) -> String {
        let scale = entranceScale + (100 - entranceScale) * Double(offsetMs) / Double(endMs)
        let start = offsetMs == 0 ? String(Int(scale)) : AssScript.decimal(scale)
        return "\\fscx\(start)\\fscy\(start)\\t(0,\(endMs - offsetMs),\\fscx100\\fscy100)"
    }

    func text(spoken: Int?, entrance: String = "") -> String {
        lines(after: entrance) { index in
            "{\\1c\(AssText.color(index == spoken ? highlight : quiet(index)))}"
        }
    }

    /// The page as one event in which each word is filled while it is spoken.
    func filling(_ page: CaptionPage) -> String {
        var clock = AssScript.centiseconds(page.startMs)
        let marks = page.words.enumerated().map { index, word in
            let start = max(clock, AssScript.centiseconds(word.startMs))
            let end = max(start, AssScript.centiseconds(word.endMs))
            let wait = start > clock ? "\\k\(start - clock)" : ""
            clock = end
            // libass fills from the left only: a word that is read from the right is filled at once.
            let fill = WritingSystem.isRightToLeft(word.text) ? "\\k" : "\\kf"
            return "{\\2c\(AssText.color(quiet(index)))\(wait)\(fill)\(end - start)}"
        }
        return lines(after: "\\1c\(AssText.color(highlight))") { marks[$0] }
    }

    private func lines(after head: String, mark: (Int) -> String) -> String {
        let isRightToLeft = layout.isRightToLeft
        let lines = layout.lines.map { layout.assLine($0, isRightToLeft: isRightToLeft, mark: mark) }
        return "{\(place)\(head)}\(lines.joined(separator: "\\N"))"
    }

    /// The colour of a word that is not spoken.
    private func quiet(_ index: Int) -> HexColor {
        emphasised[index] ? plain.mixed(with: highlight, share: AssScript.emphasisTint) : plain
    }
}

extension CaptionStyle {
    var shownAnimation: CaptionAnimation { animation ?? .highlight }
}
