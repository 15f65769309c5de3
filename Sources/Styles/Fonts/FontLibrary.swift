import Foundation

/// The font families that captions and titles may use: those that `scripts/setup` installs.
package enum FontLibrary {
    package static let families = ["Inter", "Inter Display", "Lato", "Bebas Neue", "DejaVu Sans"]

    /// Outlines of emoji; libass draws no font of coloured pictures.
    static let emojiFamily = "Symbola"

    /// What text falls back to where a style's font lacks a character, the best first.
    ///
    /// Chinese and Japanese share characters and want them in their own forms.
    static func fallbacks(_ region: HanRegion) -> [String] {
        ["Inter", "Noto Sans", region.family] + scripts.flatMap { ["Noto Sans \($0) UI", "Noto Sans \($0)"] }
            + [emojiFamily, "DejaVu Sans"]
    }

    /// The UI faces of Noto are as high as Latin ones, which keeps two lines together.
    private static let scripts = [
        "Arabic", "Hebrew", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu",
        "Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Khmer", "Myanmar", "Georgian", "Armenian",
        "Ethiopic", "Cherokee", "Mongolian", "Symbols", "Symbols2", "Math",
    ]

    /// Line height of all of `families` in ems: the size that libass is told is a line height.
    static let lineHeightEms = 1.2

    /// Width of a text in pixels when its line height is `size`, estimated from the fonts' own tables.
    package static func width(of text: String, family: String, weight: Int, size: Double) -> Double {
        widthEms(of: text, family: family, weight: weight) * size / lineHeightEms
    }

    static func widthEms(of text: String, family: String, weight: Int) -> Double {
        let table = FontWidths.table(family: family)
        let boldness = min(max(Double(weight - 400) / Double(table.boldWeight - 400), 0), 1)
        return text.reduce(0.0) { $0 + width(of: $1, table: table, boldness: boldness) } / 1_000
    }

    private static func width(of character: Character, table: FontWidths.Table, boldness: Double) -> Double {
        // The base letter decides: accents take no room of their own.
        let base = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first ?? " "
        let index = Int(base.value) - 32
        if table.regular.indices.contains(index) {
            let regular = Double(table.regular[index])
            return regular + (Double(table.bold[index]) - regular) * boldness
        }
        if base.properties.generalCategory == .nonspacingMark || base.properties.isDefaultIgnorableCodePoint {
            return 0
        }
        // Chinese, Japanese, Korean and emoji fill a square; everything else is taken for a wide letter.
        return WritingSystem.isWide(base) ? 1_050 : 720
    }
}
