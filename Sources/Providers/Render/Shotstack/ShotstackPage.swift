import Contracts
import Styles

/// Captions and titles as pages of HTML, each as large as the canvas.
enum ShotstackPage {
    static func captions(_ sheet: CaptionSheet) -> String {
        var index = 0
        let lines = sheet.lines.map { line in
            line.map { word in
                defer { index += 1 }
                let space = word.isSpaced ? " " : ""
                return #"\#(space)<span class="w\#(index)">\#(escaped(word.text))</span>"#
            }
            .joined()
        }
        let text = lines.joined(separator: "<br>")
        return sheet.box == nil
            ? #"<div class="page">\#(text)</div>"#
            : #"<div class="page"><span class="box">\#(text)</span></div>"#
    }

    /// Each word is coloured by animations that begin and end with it, counted from the start of the page.
    static func captionsStyle(
        _ sheet: CaptionSheet,
        _ style: CaptionStyle,
        _ canvas: Composition.Canvas
    ) -> String {
        var rules = [
            "body{margin:0}",
            ".page{position:absolute;left:0;right:0;bottom:\(canvas.height - sheet.baselinePixels)px;"
                + "text-align:center;white-space:nowrap;font-family:'\(style.fontFamily)';"
                + "font-weight:\(style.fontWeight);font-size:\(pixels(sheet.fontPixels));"
                + "line-height:\(pixels(sheet.linePixels));paint-order:stroke fill;"
                + "-webkit-text-stroke:\(pixels(2 * sheet.outlinePixels)) \(style.outlineColor)}",
            "@keyframes spoken{to{color:\(style.highlightColor)}}",
        ]
        rules += box(sheet, style)
        for (index, word) in sheet.lines.joined().enumerated() {
            rules.append("@keyframes quiet\(index){to{color:\(word.color)}}")
            let (start, end) = (
                word.spokenMs.lowerBound - sheet.startMs, word.spokenMs.upperBound - sheet.startMs
            )
            let animation =
                word.spokenMs.isEmpty
                ? "none" : "spoken 1ms \(start)ms forwards,quiet\(index) 1ms \(end)ms forwards"
            rules.append(".w\(index){color:\(word.color);animation:\(animation)}")
        }
        return rules.joined(separator: "\n")
    }

    /// The box behind the lines of a page, and how the page springs in.
    private static func box(_ sheet: CaptionSheet, _ style: CaptionStyle) -> [String] {
        var rules: [String] = []
        if let box = sheet.box {
            rules.append(
                ".box{display:inline-block;margin-bottom:-\(pixels(box.paddingY));"
                    + "padding:\(pixels(box.paddingY)) \(pixels(box.paddingX));"
                    + "border-radius:\(pixels(box.radiusPixels));background:\(box.color)}"
            )
        }
        if style.animation == .pop {
            rules.append("@keyframes enter{from{transform:scale(.92)}}")
            rules.append(".page{transform-origin:50% 100%;animation:enter 140ms linear}")
        }
        return rules
    }

    static func title(_ sheet: TitleSheet) -> String {
        #"<div class="card">\#(sheet.lines.map(escaped).joined(separator: "<br>"))</div>"#
    }

    static func titleStyle(_ sheet: TitleSheet, _ style: TitleStyle) -> String {
        "body{margin:0}\n.card{position:absolute;left:\(pixels(sheet.x));top:\(pixels(sheet.y));"
            + "width:\(pixels(sheet.width));height:\(pixels(sheet.height));display:flex;align-items:center;"
            + "justify-content:center;text-align:center;white-space:nowrap;"
            + "border-radius:\(pixels(sheet.radiusPixels));background:\(style.backgroundColor);"
            + "color:\(style.textColor);font-family:'\(style.fontFamily)';font-weight:\(style.fontWeight);"
            + "font-size:\(pixels(sheet.fontPixels));line-height:\(pixels(sheet.linePixels))}"
    }

    /// Braces would be taken for merge fields.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "{": escaped += "&#123;"
            case "}": escaped += "&#125;"
            default: escaped.append(character)
            }
        }
    }

    private static func pixels(_ value: Double) -> String { "\(value.rounded(places: 1))px" }
}
