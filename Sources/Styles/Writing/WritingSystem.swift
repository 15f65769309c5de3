/// What captions must know of the scripts of the world.
enum WritingSystem {
    /// Fills a square: Chinese, Japanese, Korean, their punctuation, and emoji.
    static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100..<0x1200, 0x2E80..<0xA4D0, 0xA960..<0xA980, 0xAC00..<0xD7B0, 0xF900..<0xFB00,
            0xFE30..<0xFE50, 0xFF00..<0xFF61, 0xFFE0..<0xFFE7, 0x1F000..<0x2_0000, 0x2_0000..<0x4_0000:
            true
        default: false
        }
    }

    /// Chinese and Japanese, where a line may end after any character that no rule forbids.
    static func isIdeographic(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        switch scalar.value {
        // Not the Hangul letters among them: Korean has spaces.
        case 0x3130..<0x3190: return false
        case 0x2E80..<0xA4D0, 0xF900..<0xFB00, 0xFE30..<0xFE50, 0xFF00..<0xFFA0, 0xFFE0..<0xFFE7,
            0x2_0000..<0x4_0000:
            return true
        default: return false
        }
    }

    /// Of a script that has no spaces between words: the ideographic ones, Thai, Lao, Tibetan, Myanmar and Khmer.
    static func isUnspaced(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        switch scalar.value {
        case 0x0E00..<0x1000, 0x1000..<0x10A0, 0x1780..<0x1800: return true
        default: return isIdeographic(character)
        }
    }

    /// The direction that a letter gives to its line; nil for what takes that of its neighbours.
    static func isRightToLeft(_ character: Character) -> Bool? {
        guard let scalar = character.unicodeScalars.first, scalar.properties.isAlphabetic else { return nil }
        switch scalar.value {
        case 0x0590..<0x0900, 0xFB1D..<0xFE00, 0xFE70..<0xFF00, 0x1_0800..<0x1_1000, 0x1_E800..<0x1_F000:
            return true
        default: return false
        }
    }

    /// The direction of a text is that of its first letter.
    static func isRightToLeft(_ text: String) -> Bool { text.lazy.compactMap(isRightToLeft).first ?? false }

    enum Joining {
        case none
        case before
        case bothSides
    }

    /// To which neighbours a letter is joined, in the order of reading.
    static func joining(_ character: Character) -> Joining {
        guard let scalar = character.unicodeScalars.first else { return .none }
        switch scalar.value {
        case 0x0620..<0x0660, 0x066E..<0x06D5, 0x0750..<0x0780, 0x08A0..<0x08C8:
            return joinedBefore.contains(scalar) ? .before : .bothSides
        default: return .none
        }
    }

    private static let joinedBefore = Set("آأؤإاةدذرزوٱٲٳٵٶٷڈډڊڋڌڍڎڏڐڑڒړڔڕږڗژڙۀۃۄۅۆۇۈۉۊۋۍۏےۓ".unicodeScalars)

    /// Drawn as a picture, alone or with what follows it.
    static func isEmoji(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard let first = scalars.first, first.properties.isEmoji else { return false }
        return first.properties.isEmojiPresentation || scalars.contains { $0.value == 0xFE0F }
    }
}

/// Where the forms of Chinese characters come from.
enum HanRegion: Sendable, Hashable {
    case japan
    case korea
    case mainland
    case taiwan

    var family: String {
        switch self {
        case .japan: "Noto Sans CJK JP"
        case .korea: "Noto Sans CJK KR"
        case .mainland: "Noto Sans CJK SC"
        case .taiwan: "Noto Sans CJK TC"
        }
    }

    /// Kana are Japanese and Hangul is Korean; common characters that were simplified tell the rest.
    init(of text: String) {
        var (traditional, simplified) = (0, 0)
        var hasHangul = false
        for character in text {
            let value = character.unicodeScalars.first?.value ?? 0
            if (0x3041..<0x3100).contains(value) {
                self = .japan
                return
            }
            if (0xAC00..<0xD7B0).contains(value) { hasHangul = true }
            if Self.traditional.contains(character) { traditional += 1 }
            if Self.simplified.contains(character) { simplified += 1 }
        }
        self = hasHangul ? .korea : traditional > simplified ? .taiwan : .mainland
    }

    private static let traditional = Set(
        "這個們來說國時會對學麼為過後還沒嗎樣點間問題東車開關電話書長門見馬鳥魚愛與從頭實現經發當機種"
    )
    private static let simplified = Set(
        "这个们来说国时会对学么为过后还没吗样点间问题东车开关电话书长门见马鸟鱼爱与从头实现经发当机种"
    )
}
