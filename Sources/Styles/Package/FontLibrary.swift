import Foundation

/// The font families that captions and titles may use: those that `scripts/setup` installs.
package enum FontLibrary {
    package static let families = ["Inter", "Inter Display", "Lato", "Bebas Neue", "DejaVu Sans"]

    /// Line height of all of these families in ems: the size that libass is told is a line height.
    static let lineHeightEms = 1.2

    /// Width of a text in pixels when its line height is `size`, estimated from the fonts' own tables.
    package static func width(of text: String, family: String, weight: Int, size: Double) -> Double {
        let table = FontWidths.table(family: family)
        let boldness = min(max(Double(weight - 400) / Double(table.boldWeight - 400), 0), 1)
        let thousandths = text.reduce(0.0) { $0 + width(of: $1, table: table, boldness: boldness) }
        return thousandths / 1_000 * size / lineHeightEms
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
        return base.value >= 0x1100 && (base.value < 0x1200 || base.value >= 0x2E80) ? 1_050 : 720
    }
}
