import Contracts

extension AssScript {
    private static let fadeInMs = 150
    private static let fadeOutMs = 250

    static func titleStyles(_ style: TitleStyle, _ canvas: Composition.Canvas) -> [String] {
        let size = pixelSize(style.sizeShare, canvas)
        let fill = HexColor(style.textColor) ?? .white
        let back = HexColor(style.backgroundColor) ?? .black
        return [
            self.style(
                "Title",
                family: style.fontFamily,
                weight: style.fontWeight,
                size: size,
                fill: fill,
                outline: back,
                outlineWidth: 0,
                shadow: 0
            ),
            shapeStyle("Card", back),
        ]
    }

    /// A card with round corners, and the title in one or two lines on it.
    static func titleEvents(
        _ overlay: TitleOverlay,
        _ style: TitleStyle,
        _ short: Composition.Short,
        _ canvas: Composition.Canvas,
        _ font: TextFont
    ) -> [String] {
        let tokens = TextToken.pieces(of: overlay.text)
        guard !tokens.isEmpty else { return [] }
        let box = titleBox(tokens, style, short.images, canvas, font)
        let (layout, top) = (box.layout, box.top)
        let centre = Double(canvas.width) / 2
        let fade = "\\fad(\(fadeInMs),\(fadeOutMs))"
        let card = roundedRectangle(width: box.width, height: box.height, radius: box.radius)
        let isRightToLeft = layout.isRightToLeft
        let text = layout.lines.map { layout.assLine($0, isRightToLeft: isRightToLeft) }
            .joined(separator: "\\N")
        let corner = "\\an7\\pos(\(decimal(centre - box.width / 2)),\(decimal(top)))"
        let middle = "\\an5\\pos(\(decimal(centre)),\(decimal(top + box.height / 2)))"
        return [
            dialogue(
                .titleCard,
                startMs: overlay.startMs,
                endMs: overlay.endMs,
                style: "Card",
                text: "{\(corner)\\1a&H14&\(fade)\\p1}\(card){\\p0}"
            ),
            dialogue(
                .titleText,
                startMs: overlay.startMs,
                endMs: overlay.endMs,
                style: "Title",
                text: "{\(middle)\\fs\(decimal(layout.size))\(fade)}\(text)"
            ),
        ]
        .compactMap(\.self)
    }

    /// The card that holds a title: it stands in the middle of the canvas's width.
    static func titleBox(
        _ tokens: [TextToken],
        _ style: TitleStyle,
        _ images: [ImageOverlay],
        _ canvas: Composition.Canvas,
        _ font: TextFont
    ) -> (layout: TextLayout, top: Double, width: Double, height: Double, radius: Double) {
        let size = pixelSize(style.sizeShare, canvas)
        let safe = SafeArea(canvas.aspectRatio).rect(width: canvas.width, height: canvas.height)
        let padding = (x: size * 0.5, y: size * 0.3)
        let room = titleRoom(style, images, safe, canvas, gap: size) - 2 * padding.x
        let layout = TextLayout(tokens, font: font, size: size, widthMax: room)
        let width = layout.width + 2 * padding.x
        return (
            layout: layout,
            top: titleTop(style, images, safe, canvas, halfWidth: width / 2),
            width: width,
            height: layout.height + 2 * padding.y,
            radius: size * 0.28
        )
    }

    /// A line of a title is easier to read when it is not as wide as a landscape canvas, and a card beside a picture
    /// keeps its distance.
    private static func titleRoom(
        _ style: TitleStyle,
        _ images: [ImageOverlay],
        _ safe: PixelRect,
        _ canvas: Composition.Canvas,
        gap: Double
    ) -> Double {
        let widest = min(Double(safe.width), Double(canvas.height))
        let top = max(style.topShare * Double(canvas.height), Double(safe.y))
        let beside = upperPictures(images, canvas).filter { $0.bottom > top }
            .map { Double(canvas.width) - 2 * ($0.reach + gap) }.min()
        // In the narrow ratios the card goes below the picture instead.
        guard let beside, beside >= widest * 0.8 else { return widest }
        return min(widest, beside)
    }

    /// The style's place, moved under a picture in an upper corner that the card would cover.
    private static func titleTop(
        _ style: TitleStyle,
        _ images: [ImageOverlay],
        _ safe: PixelRect,
        _ canvas: Composition.Canvas,
        halfWidth: Double
    ) -> Double {
        let top = max(style.topShare * Double(canvas.height), Double(safe.y))
        let covered = upperPictures(images, canvas).filter { Double(canvas.width) / 2 - halfWidth < $0.reach }
        return covered.reduce(top) { max($0, $1.bottom) }
    }

    /// How far pictures in the upper corners reach from their side and from the top, in pixels.
    private static func upperPictures(
        _ images: [ImageOverlay],
        _ canvas: Composition.Canvas
    ) -> [(reach: Double, bottom: Double)] {
        images.filter { $0.corner == .topLeft || $0.corner == .topRight }.map { image in
            // The height is not known here: wordmarks are at least twice as wide as they are high.
            let place = SafeArea.place(
                image,
                sides: (2, 1),
                canvas: (canvas.aspectRatio, canvas.width, canvas.height)
            )
            let reach = image.corner == .topLeft ? place.x + place.width : canvas.width - place.x
            return (reach: Double(reach), bottom: Double(place.y + place.height))
        }
    }
}
