import Contracts

extension AssScript {
    private static let lowerThirdFadeMs = 200
    /// Line height of the role in that of the name.
    private static let roleShare = 0.68

    static func brandingStyles(_ branding: Branding, _ canvas: Composition.Canvas) -> [String] {
        var styles: [String] = []
        if let bar = branding.progressBar {
            styles.append(shapeStyle("ProgressBar", HexColor(bar.color) ?? .white))
        }
        if let third = branding.lowerThird {
            let fill = HexColor(third.textColor) ?? .white
            styles.append(shapeStyle("LowerThirdCard", HexColor(third.backgroundColor) ?? .black))
            if let stripe = third.accentColor.flatMap(HexColor.init) {
                styles.append(shapeStyle("LowerThirdStripe", stripe))
            }
            styles.append(
                style(
                    "LowerThird",
                    family: third.fontFamily,
                    weight: third.fontWeight,
                    size: pixelSize(third.sizeShare, canvas),
                    fill: fill,
                    outline: fill,
                    outlineWidth: 0,
                    shadow: 0
                )
            )
        }
        return styles
    }

    /// One rectangle, as wide as the canvas at the short's end and scaled from the left until then.
    static func progressBarEvents(
        _ bar: ProgressBarStyle,
        _ canvas: Composition.Canvas,
        durationMs: Int
    ) -> [String] {
        let height = max(2, Int((bar.heightShare * Double(canvas.height)).rounded()))
        let top = bar.edge == .top ? 0 : canvas.height - height
        // A drawing of no width at all is none.
        let growth = "\\fscx0.1\\t(0,\(durationMs),\\fscx100)"
        let shape = "m 0 0 l \(canvas.width) 0 l \(canvas.width) \(height) l 0 \(height)"
        return [
            dialogue(
                .progressBar,
                startMs: 0,
                // To the end of the last picture.
                endMs: durationMs + 10,
                style: "ProgressBar",
                text: "{\\an7\\pos(0,\(top))\(growth)\\p1}\(shape){\\p0}"
            )
        ]
        .compactMap(\.self)
    }

    static func lowerThirdEvents(
        _ third: LowerThirdStyle,
        _ short: Composition.Short,
        _ canvas: Composition.Canvas,
        _ fonts: FontBook,
        _ region: HanRegion
    ) -> [String] {
        let endMs = min(third.startMs + third.durationMs, short.durationMs)
        let card = LowerThirdCard(third, short, canvas, fonts, region)
        let fade = "\\fad(\(lowerThirdFadeMs),\(lowerThirdFadeMs))"
        func event(_ layer: Layer, _ style: String, _ text: String) -> String? {
            dialogue(layer, startMs: third.startMs, endMs: endMs, style: style, text: text)
        }
        func corner(_ x: Double, _ y: Double) -> String { "\\an7\\pos(\(decimal(x)),\(decimal(y)))" }
        let shape = roundedRectangle(width: card.width, height: card.height, radius: card.radius)
        var events = [
            event(
                .lowerThirdCard,
                "LowerThirdCard",
                "{\(corner(card.x, card.y))\\1a&H14&\(fade)\\p1}\(shape){\\p0}"
            )
        ]
        if third.accentColor != nil {
            let (width, height) = (Int(card.stripe.rounded()), Int((card.height - 2 * card.radius).rounded()))
            let x = third.side == .left ? card.x : card.x + card.width - card.stripe
            events.append(
                event(
                    .lowerThirdStripe,
                    "LowerThirdStripe",
                    "{\(corner(x, card.y + card.radius))\(fade)\\p1}"
                        + "m 0 0 l \(width) 0 l \(width) \(height) l 0 \(height){\\p0}"
                )
            )
        }
        var y = card.y + card.paddingY
        for layout in card.texts {
            let isRightToLeft = layout.isRightToLeft
            let text = layout.lines.map { layout.assLine($0, isRightToLeft: isRightToLeft) }
                .joined(separator: "\\N")
            let place =
                third.side == .left
                ? corner(card.x + card.paddingX, y)
                : "\\an9\\pos(\(decimal(card.x + card.width - card.paddingX)),\(decimal(y)))"
            events.append(
                event(.lowerThirdText, "LowerThird", "{\(place)\\fs\(decimal(layout.size))\(fade)}\(text)")
            )
            y += layout.height
        }
        return events.compactMap(\.self)
    }

    /// A lower third as it lies on a canvas: in the safe area, over the captions that are shown beside it.
    struct LowerThirdCard {
        /// The name, then the role.
        let texts: [TextLayout]
        let x: Double
        let y: Double
        let width: Double
        let height: Double
        let paddingX: Double
        let paddingY: Double
        let radius: Double
        let stripe: Double

        init(
            _ third: LowerThirdStyle,
            _ short: Composition.Short,
            _ canvas: Composition.Canvas,
            _ fonts: FontBook,
            _ region: HanRegion
        ) {
            let size = pixelSize(third.sizeShare, canvas)
            let safe = SafeArea(canvas.aspectRatio).rect(width: canvas.width, height: canvas.height)
            let font = TextFont(third, fonts, region)
            (paddingX, paddingY, radius, stripe) = (size * 0.55, size * 0.28, size * 0.18, size * 0.14)
            let room = min(Double(safe.width), Double(canvas.height)) - 2 * paddingX
            texts = third.texts.enumerated().map { index, text in
                TextLayout(
                    TextToken.pieces(of: text),
                    font: font,
                    size: index == 0 ? size : size * AssScript.roleShare,
                    widthMax: room
                )
            }
            width = (texts.map(\.width).max() ?? 0) + 2 * paddingX
            height = texts.reduce(0) { $0 + $1.height } + 2 * paddingY
            let right = Double(safe.x + safe.width)
            x = third.side == .left ? Double(safe.x) : right - width
            let span = third.startMs..<max(third.startMs + third.durationMs, third.startMs + 1)
            let gap = size * 0.4
            let floor = AssScript.floor(third, short, canvas, safe)
            let captions = AssScript.captionBand(short, canvas, fonts, region, in: span)
            let ceiling = max(
                Double(safe.y),
                AssScript.titleBottom(short, canvas, fonts, region, in: span).map { $0 + gap } ?? 0
            )
            guard let captions else {
                y = max(ceiling, floor - height)
                return
            }
            let above = min(captions.top - gap, floor) - height
            // Captions that stand high leave more room below them.
            let isBelow = above < ceiling && captions.bottom + gap + height <= floor
            y = isBelow ? floor - height : max(Double(safe.y), above)
        }
    }

    /// The lowest that a card may reach: the safe area, or a picture in the lower corner of its side.
    private static func floor(
        _ third: LowerThirdStyle,
        _ short: Composition.Short,
        _ canvas: Composition.Canvas,
        _ safe: PixelRect
    ) -> Double {
        let corner: OverlayCorner = third.side == .left ? .bottomLeft : .bottomRight
        // Wordmarks are at least twice as wide as they are high.
        let pictures = short.images.filter { $0.corner == corner }.map { image in
            SafeArea.place(image, sides: (2, 1), canvas: (canvas.aspectRatio, canvas.width, canvas.height))
        }
        let gap = pixelSize(third.sizeShare, canvas) * 0.4
        return pictures.reduce(Double(safe.y + safe.height)) { min($0, Double($1.y) - gap) }
    }

    /// What the captions of a stretch cover, with their boxes; nil where none are shown.
    private static func captionBand(
        _ short: Composition.Short,
        _ canvas: Composition.Canvas,
        _ fonts: FontBook,
        _ region: HanRegion,
        in span: Range<Int>
    ) -> (top: Double, bottom: Double)? {
        let style = short.captionStyle
        guard style.enabled else { return nil }
        let font = TextFont(style, fonts, region)
        let pages = short.captions.filter { $0.startMs < span.upperBound && $0.endMs > span.lowerBound }
        let padding = captionPadding(style, canvas).y
        let bands = pages.map { page in
            let layout = captionLayout(page, style, canvas, font)
            let bottom = Double(captionBottom(page, style, canvas, layout))
            return (top: bottom - layout.height - 2 * padding, bottom: bottom)
        }
        guard let first = bands.first else { return nil }
        return bands.reduce(first) { (min($0.top, $1.top), max($0.bottom, $1.bottom)) }
    }

    /// Lower edge of the title's card where it is shown in a stretch.
    private static func titleBottom(
        _ short: Composition.Short,
        _ canvas: Composition.Canvas,
        _ fonts: FontBook,
        _ region: HanRegion,
        in span: Range<Int>
    ) -> Double? {
        guard let title = short.titleOverlay, let style = short.titleStyle,
            title.startMs < span.upperBound, title.endMs > span.lowerBound
        else { return nil }
        let tokens = TextToken.pieces(of: title.text)
        guard !tokens.isEmpty else { return nil }
        let box = titleBox(tokens, style, short.images, canvas, TextFont(style, fonts, region))
        return box.top + box.height
    }
}
