package import Contracts

/// Captions, title and other overlays of one short as an ASS script for libass, at the size of one canvas.
///
/// Each state of a page is one event that draws the whole page, with the spoken word in the highlight colour. An event
/// ends in the very hundredth in which the next one starts, so nothing flickers, and no word changes its size. A page that
/// is filled word by word, or marks none, is one event.
package enum AssScript {
    /// Silence between two words of a page after which no word is highlighted.
    static let neutralGapMs = 300
    static let popMs = 100
    /// How long a page takes to spring in.
    static let springMs = 140
    static let emphasisTint = 0.45

    package static func script(
        for short: Composition.Short,
        canvas: Composition.Canvas,
        fonts: FontBook
    ) -> String {
        let canvas = canvas.shown(in: short)
        let region = HanRegion(of: short.shownText)
        var lines = header(canvas) + ["[V4+ Styles]", styleFormat]
        lines += captionStyles(short.captionStyle, canvas)
        if let title = short.titleStyle { lines += titleStyles(title, canvas) }
        if let branding = short.branding { lines += brandingStyles(branding, canvas) }
        lines += ["", "[Events]", eventFormat]
        if let bar = short.branding?.progressBar {
            lines += progressBarEvents(bar, canvas, durationMs: short.durationMs)
        }
        if let third = short.branding?.lowerThird {
            lines += lowerThirdEvents(third, short, canvas, fonts, region)
        }
        if let overlay = short.titleOverlay, let style = short.titleStyle {
            lines += titleEvents(overlay, style, short, canvas, TextFont(style, fonts, region))
        }
        if short.captionStyle.enabled {
            let font = TextFont(short.captionStyle, fonts, region)
            for page in short.captions { lines += captionEvents(page, short.captionStyle, canvas, font) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func header(_ canvas: Composition.Canvas) -> [String] {
        [
            "[Script Info]", "ScriptType: v4.00+", "PlayResX: \(canvas.width)", "PlayResY: \(canvas.height)",
            "LayoutResX: \(canvas.width)", "LayoutResY: \(canvas.height)", "WrapStyle: 2",
            "ScaledBorderAndShadow: yes", "YCbCr Matrix: None", "",
        ]
    }

    private static let styleFormat =
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        + "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        + "MarginR, MarginV, Encoding"

    private static let eventFormat =
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"

    /// What lies over what, from the lowest on: captions come last.
    enum Layer: Int {
        case progressBar
        case lowerThirdCard
        case lowerThirdStripe
        case lowerThirdText
        case titleCard
        case titleText
        case captionBox
        case captionText
    }

    static func dialogue(_ layer: Layer, startMs: Int, endMs: Int, style: String, text: String) -> String? {
        let (start, end) = (centiseconds(startMs), centiseconds(endMs))
        guard end > start else { return nil }
        return
            "Dialogue: \(layer.rawValue),\(AssText.time(centiseconds: start)),\(AssText.time(centiseconds: end)),"
            + "\(style),,0,0,0,,\(text)"
    }

    static func centiseconds(_ milliseconds: Int) -> Int { (max(0, milliseconds) + 5) / 10 }

    /// One style line.
    ///
    /// Encoding -1 lets libass find the direction of the text.
    static func style(
        _ name: String,
        family: String,
        weight: Int,
        size: Double,
        fill: HexColor,
        outline: HexColor,
        outlineWidth: Double,
        shadow: Double
    ) -> String {
        [
            "Style: \(name)", AssText.fontName(family), decimal(size), AssText.styleColor(fill),
            AssText.styleColor(fill), AssText.styleColor(outline), AssText.styleColor(.black, alpha: 0x78),
            String(weight), "0", "0", "0", "100", "100", "0", "0", "1", decimal(outlineWidth),
            decimal(shadow), "2",
            "0", "0", "0", "-1",
        ]
        .joined(separator: ",")
    }

    static func decimal(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    static func pixelSize(_ share: Double, _ canvas: Composition.Canvas) -> Double {
        share * Double(min(canvas.width, canvas.height))
    }
}
