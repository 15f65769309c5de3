/// A word as it is compared: lower case, without the punctuation around it.
enum WordForm {
    static func normalised(_ text: String) -> String {
        let plain = text.lowercased().replacing("’", with: "'")
        let isEdge = { (character: Character) in !(character.isLetter || character.isNumber) }
        guard let first = plain.firstIndex(where: { !isEdge($0) }),
            let last = plain.lastIndex(where: { !isEdge($0) })
        else { return "" }
        return String(plain[first...last])
    }

    static func isNumber(_ form: String) -> Bool {
        form.contains(where: \.isNumber) || Lexicon.numberWords.contains(form)
    }

    /// A name or an acronym, told by its capital where a sentence does not ask for one.
    static func isName(_ text: String, startsSentence: Bool) -> Bool {
        let letters = text.filter(\.isLetter)
        guard letters.count >= 2, let first = letters.first, first.isUppercase else { return false }
        let form = normalised(text)
        guard !form.hasPrefix("i'"), !Lexicon.stopwords.contains(form), !Lexicon.backchannels.contains(form)
        else {
            return false
        }
        return !startsSentence || letters.dropFirst().contains(where: \.isUppercase)
    }
}
