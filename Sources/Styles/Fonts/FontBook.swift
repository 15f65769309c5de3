import Foundation

/// The fonts that text is drawn with.
package struct FontBook: Sendable {
    private static let filesMax = 20_000
    private static let facesPerFileMax = 64

    /// Upright faces by the names of their family; nil: not looked at.
    private let faces: [String: [FontFace]]?

    /// For renderers elsewhere, whose fonts cannot be looked at.
    ///
    /// The families of `FontLibrary` are taken for there and for complete, and widths are estimates.
    package static let assumed = FontBook(faces: nil)

    /// What is installed where this program runs, looked at once.
    package static let installed = FontBook(folders: systemFolders)

    private init(faces: [String: [FontFace]]?) { self.faces = faces }

    /// The fonts in and under some folders.
    package init(folders: [String]) {
        var faces: [String: [FontFace]] = [:]
        for path in folders.flatMap(Self.files) {
            for face in Self.faces(path) where !face.isItalic {
                for family in face.families { faces[family, default: []].append(face) }
            }
        }
        self.faces = faces
    }

    package func has(family: String) -> Bool { faces?[family] != nil || faces == nil }

    /// The face that libass takes: the nearest in weight.
    func face(family: String, weight: Int) -> FontFace? {
        faces?[family]?.min { abs($0.weight - weight) < abs($1.weight - weight) }
    }

    /// The width of a text in ems by a face's own table; nil if the family is not there or lacks a character.
    package func width(of text: String, family: String, weight: Int) -> Double? {
        guard let face = face(family: family, weight: weight) else { return nil }
        let widths = text.unicodeScalars.compactMap(face.width)
        return widths.count == text.unicodeScalars.count ? widths.reduce(0, +) : nil
    }

    var isAssumed: Bool { faces == nil }

    /// All families by name.
    var families: [String] { faces.map { $0.keys.sorted() } ?? [] }

    /// Where fontconfig looks on Linux, and the system on a Mac.
    private static var systemFolders: [String] {
        let home = FileManager.default.homeDirectoryForCurrentUser.path(percentEncoded: false)
        return [
            "/usr/share/fonts", "/usr/local/share/fonts", "\(home)/.fonts", "\(home)/.local/share/fonts",
            "/System/Library/Fonts", "/Library/Fonts", "\(home)/Library/Fonts",
        ]
    }

    private static func files(_ folder: String) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
        var files: [String] = []
        while files.count < filesMax, let name = names.nextObject() as? String {
            let isFont = [".ttf", ".otf", ".ttc", ".otc"].contains { name.lowercased().hasSuffix($0) }
            if isFont { files.append("\(folder)/\(name)") }
        }
        // Of two equal faces the same one is taken on every machine.
        return files.sorted()
    }

    private static func faces(_ path: String) -> [FontFace] {
        guard let bytes = FontBytes(path: path) else { return [] }
        guard bytes.tag(0) == "ttcf" else { return FontFace(bytes, directory: 0).map { [$0] } ?? [] }
        let count = min(bytes.u32(8) ?? 0, facesPerFileMax)
        return (0..<count).compactMap { index in
            bytes.u32(12 + 4 * index).flatMap { FontFace(bytes, directory: $0) }
        }
    }
}
