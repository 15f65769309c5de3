import Contracts

/// Puts the words of an answer into the form of `HeardTranscript`: mends what can be mended and tells how much that was.
struct WordCollector {
    /// As many as are taken for a transcript at all.
    static let wordsMax = 200_000
    static let textScalarsMax = 100
    static let speakerCharactersMax = 100
    static let timeMsMax = 86_400_000.0
    /// So far before the beginning a time may lie by rounding.
    static let timeMsMin = -60_000.0

    private var words: [HeardWord] = []
    /// Marks that belong to the word that comes next.
    private var opening = ""
    private var timesMended = 0
    private var textsMended = 0

    var count: Int { words.count }

    /// Adds a word; times are in milliseconds, nil where the provider gives none.
    mutating func add(
        _ text: String,
        startMs: Double?,
        endMs: Double?,
        confidence: Double? = nil,
        speaker: String? = nil
    ) throws(AnswerFault) {
        let cleaned = clean(text)
        guard !cleaned.isEmpty else { return }
        guard words.count < Self.wordsMax else {
            throw AnswerFault("it has more than \(Self.wordsMax) words")
        }
        let (start, end) = try times(startMs, endMs)
        words.append(
            HeardWord(
                text: shortened(opening + cleaned),
                startMs: start,
                endMs: end,
                confidence: confidence.flatMap { (0...1).contains($0) ? $0 : nil },
                speaker: speaker.flatMap(Self.label)
            )
        )
        opening = ""
    }

    /// Adds a mark of punctuation to the word before it, or to the one behind it where that is where it belongs.
    mutating func attach(_ mark: String, toNext: Bool = false) {
        let cleaned = clean(mark)
        guard !cleaned.isEmpty else { return }
        if toNext || words.isEmpty {
            opening = String((opening + cleaned).prefix(8))
        } else {
            words[words.count - 1].text = shortened(words[words.count - 1].text + cleaned)
        }
    }

    /// The words in the order of their times, and what was mended about them.
    func finish(
        language: String?,
        durationMs: Double?,
        model: String,
        warnings: [Warning] = []
    ) -> HeardTranscript {
        // Voices of two channels come one behind the other.
        let isInOrder = zip(words, words.dropFirst()).allSatisfy { $0.startMs <= $1.startMs }
        let ordered =
            isInOrder
            ? words
            : words.enumerated().sorted {
                ($0.element.startMs, $0.offset) < ($1.element.startMs, $1.offset)
            }.map(\.element)
        let duration = durationMs.flatMap { (0...Self.timeMsMax).contains($0) ? Int($0.rounded()) : nil }
        return HeardTranscript(
            language: HeardLanguage.tag(language),
            durationMs: duration,
            words: ordered,
            model: model,
            warnings: warnings + mendings
        )
    }

    private var mendings: [Warning] {
        var warnings: [Warning] = []
        if timesMended > 0 {
            warnings.append(
                Warning(
                    code: "word-times-mended",
                    detail: "\(Self.counted(timesMended)) had times that cannot be, which were moved."
                )
            )
        }
        if textsMended > 0 {
            warnings.append(
                Warning(
                    code: "word-texts-mended",
                    detail: "\(Self.counted(textsMended)) had a text that cannot be kept, which was cut."
                )
            )
        }
        return warnings
    }

    private static func counted(_ count: Int) -> String { count == 1 ? "One word" : "\(count) words" }

    private mutating func times(_ start: Double?, _ end: Double?) throws(AnswerFault) -> (Int, Int) {
        for time in [start, end].compactMap(\.self) {
            // Neither a number beyond every integer nor one that is none can be meant.
            guard time.isFinite, (Self.timeMsMin...Self.timeMsMax).contains(time) else {
                throw AnswerFault("word \(words.count) has a time outside of a day")
            }
        }
        let before = words.last?.endMs ?? 0
        let begun = start.map { Int($0.rounded()) } ?? before
        let ended = end.map { Int($0.rounded()) } ?? begun
        let first = max(begun, 0)
        let last = max(ended, first)
        if start == nil || end == nil || first != begun || last != ended { timesMended += 1 }
        return (first, last)
    }

    /// Without control characters, and with single spaces inside.
    private mutating func clean(_ text: String) -> String {
        // One more than is kept, so that what is longer is seen, whatever its length.
        let scalars = text.unicodeScalars.prefix(Self.textScalarsMax * 2)
        var kept = String.UnicodeScalarView()
        var isMended = false
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                isMended = isMended || !scalar.properties.isWhitespace
                kept.append(" ")
            case .surrogate, .unassigned, .privateUse: isMended = true
            default: kept.append(scalar)
            }
        }
        if isMended { textsMended += 1 }
        return String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private mutating func shortened(_ text: String) -> String {
        guard text.unicodeScalars.count > Self.textScalarsMax else { return text }
        textsMended += 1
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.textScalarsMax)))
    }

    private static func label(_ speaker: String) -> String? {
        let scalars = speaker.unicodeScalars.prefix(speakerCharactersMax).filter {
            $0.properties.generalCategory != .control
        }
        let label = String(String.UnicodeScalarView(scalars))
        return label.allSatisfy(\.isWhitespace) ? nil : label
    }
}
