package import Contracts

/// Holds a transcript that a client brought against its rules, and fills in what it leaves out.
package struct TranscriptIntake {
    package static let wordsMax = 200_000
    package static let sentencesMax = 50_000
    package static let wordLengthMax = 100
    package static let sentenceLengthMax = 2_000
    package static let speakerLengthMax = 100
    /// A day, far beyond any source that is taken.
    package static let timeMsMax = 86_400_000
    /// A hostile transcript could be wrong in a hundred thousand places.
    package static let faultsMax = 100
    /// Largest file that is taken for a transcript.
    package static let fileBytesMax = 16 << 20

    let given: ProvidedTranscript
    /// Where the transcript stands in the request: `/transcript`, or nothing for a file.
    let pointer: String
    /// The latest time that a word may end; the day where the source is not known yet.
    let endMsMax: Int
    private(set) var faults: [Problem.Detail] = []

    /// `sourceEndMs` is nil at the door, where nobody knows how long the source is.
    package init(_ given: ProvidedTranscript, pointer: String, sourceEndMs: Int? = nil) {
        self.given = given
        self.pointer = pointer
        endMsMax = sourceEndMs ?? Self.timeMsMax
    }

    /// Everything wrong with it, up to a limit.
    package mutating func check() -> [Problem.Detail] {
        faults = []
        let (words, sentences) = (given.words ?? [], given.sentences ?? [])
        if words.count > Self.wordsMax { fault("/words", "has more than \(Self.wordsMax) words") }
        if sentences.count > Self.sentencesMax {
            fault("/sentences", "has more than \(Self.sentencesMax) sentences")
        }
        guard faults.isEmpty else { return faults }
        if let language = given.language, !LanguageTag.isValid(language) {
            fault("/language", "is not a language tag such as \"en\" or \"pt-BR\"")
        }
        if words.isEmpty, sentences.isEmpty {
            fault("/words", "has no words, and there are no sentences")
        }
        checkWords(words, hasSentences: !sentences.isEmpty)
        checkSentences(sentences, wordCount: words.count)
        if words.isEmpty, faults.isEmpty { checkSpread(sentences) }
        return faults
    }

    /// The words that the texts of sentences and cues will be spread into, counted before there are any.
    private mutating func checkSpread(_ sentences: [ProvidedTranscript.Sentence]) {
        let isSpaced = !SentenceSplitter(language: given.language ?? "").isUnspaced
        var count = 0
        for (index, sentence) in sentences.enumerated() where faults.count < Self.faultsMax {
            var length = 0
            var lengthMax = 0
            for character in sentence.text ?? "" {
                if character.isWhitespace {
                    length = 0
                    continue
                }
                if !isSpaced { length = 0 }
                if length == 0 { count += 1 }
                length += character.unicodeScalars.count
                lengthMax = max(lengthMax, length)
            }
            if lengthMax > Self.wordLengthMax {
                fault("/sentences/\(index)/text", "has a word longer than \(Self.wordLengthMax) characters")
            }
            if count > Self.wordsMax {
                fault("/sentences/\(index)/text", "goes beyond \(Self.wordsMax) words in all sentences")
                return
            }
        }
    }

    private mutating func checkWords(_ words: [ProvidedTranscript.Word], hasSentences: Bool) {
        var clock = 0
        for (index, word) in words.enumerated() where faults.count < Self.faultsMax {
            let place = "/words/\(index)"
            checkText(word.text, at: "\(place)/text", lengthMax: Self.wordLengthMax)
            checkSpeaker(word.speaker, at: place)
            if let confidence = word.confidence, !(0...1).contains(confidence) {
                fault("\(place)/confidence", "must be from 0 to 1")
            }
            guard let start = word.startMs, let end = word.endMs else {
                if word.startMs != nil || word.endMs != nil {
                    fault(place, "must have both start_ms and end_ms, or none of them")
                } else if !hasSentences {
                    fault("\(place)/start_ms", "is required where no sentences give the times")
                }
                continue
            }
            if checkTimes(start, end, at: place, mayBeEmpty: true, after: clock) { clock = start }
        }
    }

    private mutating func checkSentences(_ sentences: [ProvidedTranscript.Sentence], wordCount: Int) {
        var clock = 0
        var next = 0
        for (index, sentence) in sentences.enumerated() where faults.count < Self.faultsMax {
            let place = "/sentences/\(index)"
            checkSpeaker(sentence.speaker, at: place)
            if wordCount == 0 {
                if sentence.firstWord != nil || sentence.lastWord != nil {
                    fault(place, "names words, and there are none")
                }
                checkText(sentence.text ?? "", at: "\(place)/text", lengthMax: Self.sentenceLengthMax)
            } else if let first = sentence.firstWord, let last = sentence.lastWord {
                if first != next || last < first || last >= wordCount {
                    fault(
                        place,
                        "must begin at word \(next), after the sentence before it, and end at a word"
                    )
                    return
                }
                next = last + 1
            } else {
                fault(place, "must name its first_word and last_word")
                return
            }
            guard let start = sentence.startMs, let end = sentence.endMs else {
                let isNeeded = wordCount == 0 || needsTimes(sentence) || sentence.startMs != nil
                if isNeeded || sentence.endMs != nil { fault(place, "must have start_ms and end_ms") }
                continue
            }
            if checkTimes(start, end, at: place, mayBeEmpty: false, after: clock) { clock = start }
        }
        if wordCount > 0, !sentences.isEmpty, next != wordCount, faults.count < Self.faultsMax {
            fault("/sentences", "end at word \(next) of \(wordCount): the others are in no sentence")
        }
    }

    /// Whether a word of the sentence has no times of its own.
    private func needsTimes(_ sentence: ProvidedTranscript.Sentence) -> Bool {
        guard let words = given.words, let first = sentence.firstWord, let last = sentence.lastWord,
            first >= 0, first <= last, last < words.count
        else { return true }
        return words[first...last].contains { $0.startMs == nil }
    }

    private mutating func checkTimes(
        _ start: Int,
        _ end: Int,
        at place: String,
        mayBeEmpty: Bool,
        after clock: Int
    ) -> Bool {
        let before = faults.count
        if start < clock {
            fault("\(place)/start_ms", "is before \(clock) ms, where the one before it starts")
        }
        if end < start || end == start && !mayBeEmpty { fault("\(place)/end_ms", "must be behind start_ms") }
        if end > endMsMax { fault("\(place)/end_ms", "is behind the end, at \(endMsMax) ms") }
        return faults.count == before
    }

    private mutating func checkText(_ text: String, at place: String, lengthMax: Int) {
        if text.allSatisfy(\.isWhitespace) { fault(place, "must not be empty") }
        if text.unicodeScalars.count > lengthMax { fault(place, "is longer than \(lengthMax) characters") }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) {
            fault(place, "contains a control character")
        }
    }

    private mutating func checkSpeaker(_ speaker: String?, at place: String) {
        guard let speaker else { return }
        checkText(speaker, at: "\(place)/speaker", lengthMax: Self.speakerLengthMax)
    }

    private mutating func fault(_ member: String, _ detail: String) {
        guard faults.count < Self.faultsMax else { return }
        faults.append(Problem.Detail(pointer: "\(pointer)\(member)", detail: detail))
    }
}
