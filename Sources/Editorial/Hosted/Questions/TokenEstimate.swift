/// How many tokens a text makes, rather too many than too few: no tokenizer is at hand, and each model has its own.
package enum TokenEstimate {
    /// Letters that a token has at least in running text; most tokenizers come to more than four.
    private static let lettersPerToken = 3
    /// The same of letters outside of ASCII, in bytes.
    private static let foreignBytesPerToken = 2

    package static func tokens(_ text: String) -> Int {
        var (letters, foreign, marks) = (0, 0, 0)
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7a, 0x41...0x5a: letters += 1
            case 0x80...: foreign += 1
            // A blank goes with the word behind it.
            case 0x20: break
            default: marks += 1
            }
        }
        return (letters + lettersPerToken - 1) / lettersPerToken
            + (foreign + foreignBytesPerToken - 1) / foreignBytesPerToken + marks
    }
}
