/// One face of an OpenType file: which characters it has, how wide they are and how high its lines.
struct FontFace: Sendable {
    private static let tablesMax = 128
    private static let namesMax = 2_048

    /// All names of its family, "Inter" and "Inter Black" for one.
    let families: Set<String>
    let weight: Int
    let isItalic: Bool
    /// Over and under the baseline, as libass takes them for its line height.
    let ascentEms: Double
    let descentEms: Double

    private let bytes: FontBytes
    private let unitsPerEm: Double
    private let characters: CharacterMap
    private let widths: (offset: Int, count: Int)

    var lineHeightEms: Double { ascentEms + descentEms }

    /// Nil for what libass cannot draw: other formats, broken files, and fonts of pictures.
    init?(_ bytes: FontBytes, directory: Int) {
        guard let kind = bytes.tag(directory), ["\0\u{1}\0\0", "OTTO", "true"].contains(kind),
            let count = bytes.u16(directory + 4)
        else { return nil }
        var tables: [String: Int] = [:]
        for index in 0..<min(count, Self.tablesMax) {
            let record = directory + 12 + 16 * index
            guard let tag = bytes.tag(record), let offset = bytes.u32(record + 8) else { return nil }
            tables[tag] = offset
        }
        guard tables["glyf"] != nil || tables["CFF "] != nil || tables["CFF2"] != nil,
            let head = tables["head"], let hhea = tables["hhea"], let hmtx = tables["hmtx"],
            let cmap = tables["cmap"], let name = tables["name"],
            let units = bytes.u16(head + 18), units > 0, let macStyle = bytes.u16(head + 44),
            let widthCount = bytes.u16(hhea + 34), widthCount > 0,
            let characters = CharacterMap(bytes, table: cmap),
            let height = Self.height(bytes, hhea: hhea, os2: tables["OS/2"])
        else { return nil }
        self.bytes = bytes
        self.characters = characters
        unitsPerEm = Double(units)
        widths = (hmtx, widthCount)
        (ascentEms, descentEms) = (Double(height.ascent) / unitsPerEm, Double(height.descent) / unitsPerEm)
        weight = tables["OS/2"].flatMap { bytes.u16($0 + 4) } ?? (macStyle & 1 == 1 ? 700 : 400)
        isItalic = macStyle & 2 == 2
        families = Self.families(bytes, table: name)
    }

    func has(_ scalar: Unicode.Scalar) -> Bool { characters.glyph(of: scalar) != nil }

    /// The advance width in ems; nil for a character that the font doesn't have.
    func width(of scalar: Unicode.Scalar) -> Double? {
        guard let glyph = characters.glyph(of: scalar),
            let units = bytes.u16(widths.offset + 4 * min(glyph, widths.count - 1))
        else { return nil }
        return Double(units) / unitsPerEm
    }

    private static func height(
        _ bytes: FontBytes,
        hhea: Int,
        os2: Int?
    ) -> (ascent: Int, descent: Int)? {
        if let os2, let ascent = bytes.i16(os2 + 74), let descent = bytes.i16(os2 + 76), ascent + descent > 0
        {
            return (ascent, descent)
        }
        guard let ascent = bytes.i16(hhea + 4), let descent = bytes.i16(hhea + 6), ascent - descent > 0 else {
            return nil
        }
        return (ascent, -descent)
    }

    private static func families(_ bytes: FontBytes, table: Int) -> Set<String> {
        guard let count = bytes.u16(table + 2), let strings = bytes.u16(table + 4) else { return [] }
        var families: Set<String> = []
        for index in 0..<min(count, namesMax) {
            let record = table + 6 + 12 * index
            // Windows names are UTF-16; 1 and 16 are the family within four styles and the whole family.
            guard bytes.u16(record) == 3, let id = bytes.u16(record + 6), id == 1 || id == 16,
                let length = bytes.u16(record + 8), let offset = bytes.u16(record + 10)
            else { continue }
            let units = (0..<length / 2).compactMap { bytes.u16(table + strings + offset + 2 * $0) }
            families.insert(String(decoding: units.map(UInt16.init), as: UTF16.self))
        }
        return families
    }
}

/// The `cmap` table of a face: characters to glyphs.
private struct CharacterMap: Sendable {
    private static let subtablesMax = 64

    private let bytes: FontBytes
    private let table: Int
    /// Groups of format 12 or segments of format 4.
    private let count: Int
    private let isWide: Bool

    init?(_ bytes: FontBytes, table cmap: Int) {
        guard let subtables = bytes.u16(cmap + 2) else { return nil }
        var found: [Int: Int] = [:]
        for index in 0..<min(subtables, Self.subtablesMax) {
            let record = cmap + 4 + 8 * index
            guard let platform = bytes.u16(record), platform == 3 || platform == 0,
                let encoding = bytes.u16(record + 2), platform == 0 || encoding == 1 || encoding == 10,
                let offset = bytes.u32(record + 4), let format = bytes.u16(cmap + offset)
            else { continue }
            found[format] = cmap + offset
        }
        self.bytes = bytes
        if let table = found[12], let groups = bytes.u32(table + 12) {
            (self.table, count, isWide) = (table, groups, true)
        } else if let table = found[4], let segments = bytes.u16(table + 6) {
            (self.table, count, isWide) = (table, segments / 2, false)
        } else {
            return nil
        }
    }

    func glyph(of scalar: Unicode.Scalar) -> Int? {
        let glyph = isWide ? wideGlyph(Int(scalar.value)) : narrowGlyph(Int(scalar.value))
        // Glyph 0 is the box of a missing one.
        return glyph == 0 ? nil : glyph
    }

    /// The first of `count` entries whose end is not before the code.
    private func firstEntry(_ end: (Int) -> Int?, reaching code: Int) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            guard let last = end(middle) else { return nil }
            if last < code { low = middle + 1 } else { high = middle }
        }
        return low < count ? low : nil
    }

    private func wideGlyph(_ code: Int) -> Int? {
        let groups = table + 16
        guard let index = firstEntry({ bytes.u32(groups + 12 * $0 + 4) }, reaching: code),
            let start = bytes.u32(groups + 12 * index), start <= code,
            let glyph = bytes.u32(groups + 12 * index + 8)
        else { return nil }
        return glyph + code - start
    }

    private func narrowGlyph(_ code: Int) -> Int? {
        guard code <= 0xFFFF, let index = firstEntry({ bytes.u16(table + 14 + 2 * $0) }, reaching: code),
            let start = bytes.u16(table + 16 + 2 * count + 2 * index), start <= code,
            let delta = bytes.u16(table + 16 + 4 * count + 2 * index),
            let rangeOffset = bytes.u16(table + 16 + 6 * count + 2 * index)
        else { return nil }
        if rangeOffset == 0 { return (code + delta) & 0xFFFF }
        let place = table + 16 + 6 * count + 2 * index + rangeOffset + 2 * (code - start)
        guard let glyph = bytes.u16(place) else { return nil }
        return glyph == 0 ? 0 : (glyph + delta) & 0xFFFF
    }
}
