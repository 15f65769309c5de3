import Foundation

/// A stretch of text that one font draws.
struct FontRun: Sendable, Hashable {
    var text: String
    /// Nil: the font of the style.
    let family: String?
    var widthEms: Double
    let ascentEms: Double
    let descentEms: Double

    var lineHeightEms: Double { ascentEms + descentEms }
}

/// A style's font, and what stands in for the characters that it lacks.
final class TextFont {
    private struct Choice {
        /// What is drawn of a character.
        let text: String
        let family: String?
        let face: FontFace
    }

    /// Arabic letters are so much narrower when they are joined to the next one than alone.
    private static let joinedShare = 0.35

    let family: String
    let weight: Int
    private let book: FontBook
    private let own: FontFace?
    private let fallbacks: [String]
    private var faces: [String: FontFace?] = [:]
    private var choices: [Character: Choice?] = [:]
    /// Characters that no font has, in the order in which they were met.
    private(set) var missing: [Character] = []

    init(family: String, weight: Int, book: FontBook, region: HanRegion) {
        self.family = family
        self.weight = weight
        self.book = book
        own = book.face(family: family, weight: weight)
        let preferred = FontLibrary.fallbacks(region)
        fallbacks = preferred + book.families.filter { !preferred.contains($0) }
    }

    var ascentEms: Double { own?.ascentEms ?? FontLibrary.lineHeightEms * 0.8 }
    var descentEms: Double { own?.descentEms ?? FontLibrary.lineHeightEms * 0.2 }
    var lineHeightEms: Double { ascentEms + descentEms }

    /// The text in stretches of one font each, without what no font has.
    func runs(_ text: String) -> [FontRun] {
        let shown = AssText.visible(text).precomposedStringWithCanonicalMapping
        if book.isAssumed {
            let width = FontLibrary.widthEms(of: shown, family: family, weight: weight)
            return [
                FontRun(
                    text: shown,
                    family: nil,
                    widthEms: width,
                    ascentEms: ascentEms,
                    descentEms: descentEms
                )
            ]
        }
        var runs: [FontRun] = []
        // What the letter before gives back when another one joins it.
        var joiningEms = 0.0
        for character in shown {
            guard let choice = choice(character) else { continue }
            var width = Self.width(choice.text, choice.face)
            let joins = WritingSystem.joining(character)
            if joins != .none { width -= joiningEms }
            joiningEms = joins == .bothSides ? width * Self.joinedShare : 0
            if let last = runs.last, last.family == choice.family {
                runs[runs.count - 1].text += choice.text
                runs[runs.count - 1].widthEms += width
            } else {
                runs.append(
                    FontRun(
                        text: choice.text,
                        family: choice.family,
                        widthEms: width,
                        ascentEms: choice.face.ascentEms,
                        descentEms: choice.face.descentEms
                    )
                )
            }
        }
        return runs
    }

    private func choice(_ character: Character) -> Choice? {
        if let known = choices[character] { return known }
        let found = find(character)
        choices[character] = found
        if found == nil { missing.append(character) }
        return found
    }

    private func find(_ character: Character) -> Choice? {
        let isEmoji = WritingSystem.isEmoji(character)
        let text = isEmoji ? Self.outline(of: character) : String(character)
        let drawn = text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
        func has(_ face: FontFace) -> Bool { drawn.allSatisfy(face.has) }
        // The one emoji font first, so that emoji look alike.
        if isEmoji, let face = face(FontLibrary.emojiFamily), has(face) {
            return Choice(text: text, family: FontLibrary.emojiFamily, face: face)
        }
        if let own, has(own) { return Choice(text: text, family: nil, face: own) }
        for family in fallbacks {
            if let face = face(family), has(face) { return Choice(text: text, family: family, face: face) }
        }
        return nil
    }

    private func face(_ family: String) -> FontFace? {
        if let known = faces[family] { return known }
        let face = book.face(family: family, weight: weight)
        faces[family] = face
        return face
    }

    /// The characters of an emoji that outlines are there for: not what joins, colours or tones them.
    private static func outline(of emoji: Character) -> String {
        let shown = emoji.unicodeScalars.filter { scalar in
            !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isEmojiModifier
        }
        // A tone on its own is a swatch.
        return shown.isEmpty ? String(emoji) : String(String.UnicodeScalarView(shown))
    }

    private static func width(_ text: String, _ face: FontFace) -> Double {
        text.unicodeScalars.reduce(0) { width, scalar in
            let takesRoom =
                !scalar.properties.isDefaultIgnorableCodePoint
                && scalar.properties.generalCategory != .nonspacingMark
            return width + (takesRoom ? face.width(of: scalar) ?? 0 : 0)
        }
    }
}
