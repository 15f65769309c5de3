import Contracts

/// The codes of languages at Amazon Transcribe, which have a region each.
enum AWSLanguages {
    private static let regions = [
        "af": "ZA", "ar": "SA", "ca": "ES", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US",
        "es": "ES", "et": "EE", "eu": "ES", "fa": "IR", "fi": "FI", "fr": "FR", "gl": "ES", "he": "IL",
        "hi": "IN", "hr": "HR", "hu": "HU", "id": "ID", "is": "IS", "it": "IT", "ja": "JP", "ko": "KR",
        "lt": "LT", "lv": "LV", "ms": "MY", "nl": "NL", "no": "NO", "pl": "PL", "pt": "PT", "ro": "RO",
        "ru": "RU", "sk": "SK", "sl": "SI", "sr": "RS", "sv": "SE", "ta": "IN", "te": "IN", "th": "TH",
        "tl": "PH", "tr": "TR", "uk": "UA", "vi": "VN", "zh": "CN", "zu": "ZA",
    ]

    /// The tag with its region; a tag that has one stays as it is.
    static func code(_ tag: String) -> String {
        let written = HeardLanguage.tag(tag) ?? tag
        let parts = written.split(separator: "-")
        if let region = parts.last, parts.count > 1, region.count == 2 { return "\(parts[0])-\(region)" }
        let primary = LanguageTag.primary(tag)
        return regions[primary].map { "\(primary)-\($0)" } ?? written
    }
}
