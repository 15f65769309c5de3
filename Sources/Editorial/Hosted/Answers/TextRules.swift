/// What the texts of a moment must keep that a model wrote.
struct TextRules {
    static let hashtagsMax = 8
    static let descriptionLettersMax = 500
    private static let hashtagLettersMax = 40
    private static let quotedMax = 40

    /// All that was said in the recording.
    let recording: SpokenWords

    /// What is wrong with a title or a hook, of which every name must be said in the moment.
    func lineFaults(_ text: String, lettersMax: Int, moment: SpokenWords) -> [String] {
        plainFaults(text, lettersMax: lettersMax)
            + moment.unsaid(in: text, isLine: true).map {
                "'\($0.prefix(Self.quotedMax))' is not said in the moment; name nothing else, and write other words "
                    + "in lower case"
            }
    }

    func descriptionFaults(_ text: String) -> [String] {
        plainFaults(text, lettersMax: Self.descriptionLettersMax)
            + recording.unsaid(in: text, isLine: false).map {
                "'\($0.prefix(Self.quotedMax))' is not said in the recording"
            }
    }

    func reasonFaults(_ text: String) -> [String] {
        plainFaults(text, lettersMax: SketchRules.reasonLengthMax)
    }

    func hashtagFaults(_ tags: [String]) -> [String] {
        var faults: [String] = []
        if tags.count > Self.hashtagsMax { faults.append("has more than \(Self.hashtagsMax) words") }
        if Set(tags.map { $0.lowercased() }).count != tags.count { faults.append("has a word twice") }
        for tag in tags {
            let isPlain = tag.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            if !isPlain || !(1...Self.hashtagLettersMax).contains(tag.count) {
                faults.append("'\(tag.prefix(Self.quotedMax))' is not one word of letters and digits")
            }
        }
        return faults
    }

    private func plainFaults(_ text: String, lettersMax: Int) -> [String] {
        var faults: [String] = []
        if text.allSatisfy(\.isWhitespace) { faults.append("has nothing to read") }
        if text.unicodeScalars.count > lettersMax {
            faults.append("has \(text.unicodeScalars.count) characters; it may have \(lettersMax)")
        }
        if text.unicodeScalars.contains(where: Self.isUnseen) {
            faults.append("has a line break or a character that nobody sees")
        }
        if let link = text.split(whereSeparator: \.isWhitespace).map(String.init).first(where: isLink) {
            faults.append("'\(link.prefix(Self.quotedMax))' is a link or a mention")
        }
        return faults
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
        case .format: scalar != "\u{200c}" && scalar != "\u{200d}"
        default: false
        }
    }

    /// A recording may well speak of "Node.js"; what it does not speak of is no part of its post.
    private func isLink(_ word: String) -> Bool {
        let text = word.lowercased()
        if text.contains("://") || text.hasPrefix("www.") || text.contains("@") { return true }
        let labels = text.drop { !$0.isLetter && !$0.isNumber }.split(separator: ".")
        guard labels.count >= 2, labels.dropLast().allSatisfy({ $0.allSatisfy(Self.isHostCharacter) }),
            let last = labels.last?.prefix(while: \.isLetter), last.count >= 2
        else { return false }
        return !recording.isSaidAsWritten(word)
    }

    private static func isHostCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "-"
    }
}
