/// Keeps text of strangers apart from instructions in a prompt.
///
/// Only we write the characters `<` and `>`, and only we begin lines: so no text can close its fence, open another one
/// or add a line of its own.
package enum Fence {
    package static func block(_ name: String, _ lines: [String]) -> String {
        (["<\(name)>"] + lines + ["</\(name)>"]).joined(separator: "\n")
    }

    /// One line without anything that could be taken for a mark of ours, or that a reader would not see.
    package static func clean(_ text: String, charactersMax: Int) -> String {
        var kept = ""
        var count = 0
        var isBlank = false
        for character in text {
            guard count < charactersMax else { return kept + "…" }
            let shown = String(character.unicodeScalars.compactMap(shown).map(Character.init))
            if shown.allSatisfy(\.isWhitespace) {
                isBlank = isBlank || !shown.isEmpty && !kept.isEmpty
                continue
            }
            count += isBlank ? 2 : 1
            kept += isBlank ? " " + shown : shown
            isBlank = false
        }
        return kept
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "<", "＜": return "‹"
        case ">", "＞": return "›"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return " "
        // The joiners make letters and pictures of many languages.
        case .format: return scalar == "\u{200c}" || scalar == "\u{200d}" ? scalar : nil
        case .privateUse, .surrogate, .unassigned: return nil
        default: return scalar
        }
    }
}
