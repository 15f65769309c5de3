package import Contracts

/// What no font has of a short's captions, title and lower third.
package struct TextCoverage: Sendable, Hashable {
    /// Without them words are missing.
    package private(set) var letters: [Character] = []
    /// Emoji and other signs.
    package private(set) var signs: [Character] = []

    package init(of short: Composition.Short, fonts: FontBook) {
        let region = HanRegion(of: short.shownText)
        var missing: [Character] = []
        if short.captionStyle.enabled {
            let font = TextFont(short.captionStyle, fonts, region)
            for word in short.captions.flatMap(\.words) { _ = font.runs(short.captionStyle.shown(word)) }
            missing += font.missing
        }
        if let title = short.titleOverlay, let style = short.titleStyle {
            let font = TextFont(style, fonts, region)
            _ = font.runs(title.text)
            missing += font.missing
        }
        if let third = short.branding?.lowerThird {
            let font = TextFont(third, fonts, region)
            for text in third.texts { _ = font.runs(text) }
            missing += font.missing
        }
        for character in missing {
            if character.isLetter || character.isNumber {
                if !letters.contains(character) { letters.append(character) }
            } else if !signs.contains(character) {
                signs.append(character)
            }
        }
    }

    /// Characters as a message names them: themselves and their code points, the first few.
    package static func names(_ characters: [Character]) -> String {
        let shown = characters.prefix(8).map { character in
            let codes = character.unicodeScalars.map { "U+" + String($0.value, radix: 16, uppercase: true) }
            return "'\(character)' (\(codes.joined(separator: " ")))"
        }
        return shown.joined(separator: ", ")
            + (characters.count > shown.count ? " and \(characters.count - shown.count) more" : "")
    }
}

extension Composition.Short {
    /// All words that are drawn.
    var shownText: String {
        let words = captions.flatMap(\.words).map(\.text)
        let others = [titleOverlay?.text ?? ""] + (branding?.lowerThird?.texts ?? [])
        return (words + others).joined(separator: " ")
    }
}

extension LowerThirdStyle {
    /// The name and, where there is one, the role.
    var texts: [String] { [name] + [role].compactMap(\.self) }
}

extension CaptionStyle {
    func shown(_ word: CaptionPage.Word) -> String { uppercase ? word.text.uppercased() : word.text }
}

extension TextFont {
    convenience init(_ style: CaptionStyle, _ book: FontBook, _ region: HanRegion) {
        self.init(family: style.fontFamily, weight: style.fontWeight, book: book, region: region)
    }

    convenience init(_ style: LowerThirdStyle, _ book: FontBook, _ region: HanRegion) {
        self.init(family: style.fontFamily, weight: style.fontWeight, book: book, region: region)
    }

    convenience init(_ style: TitleStyle, _ book: FontBook, _ region: HanRegion) {
        self.init(family: style.fontFamily, weight: style.fontWeight, book: book, region: region)
    }
}
