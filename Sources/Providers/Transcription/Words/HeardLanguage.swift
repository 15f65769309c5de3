import Contracts

/// The language that a provider names, as BCP 47 writes it.
enum HeardLanguage {
    /// Codes of providers that are not the tag, in lower case.
    private static let others = ["cmn": "zh", "en-uk": "en-GB", "iw": "he", "jw": "jv"]

    /// Nil where it is no tag, or says that there is none.
    static func tag(_ text: String?) -> String? {
        guard let text, text.utf8.count <= LanguageTag.lengthMax else { return nil }
        let lowered = text.lowercased().replacing("_", with: "-")
        if let other = others[lowered] { return other }
        guard !["auto", "und", "multi", "mul"].contains(lowered), LanguageTag.isValid(lowered) else {
            return nil
        }
        return LanguageTag.canonical(lowered)
    }
}
