import Foundation

/// Finds the sentences in recognised words by their punctuation and, where that is missing, by their pauses.
package struct SentenceSplitter: Sendable {
    package typealias Word = RecognizedSpeech.Word

    /// A pause this long ends a sentence whatever is written.
    package var pauseMsMax = 2500
    /// A longer run without a full stop is broken at its best pause, when it has a real one.
    package var runWordsMax = 40
    package var runMsMax = 20_000
    package var pauseMsInRunMin = 250
    /// Beyond this many times that length it is broken at the best pause there is.
    package var runExcessMax = 2
    /// Neither part of a broken run has fewer words.
    package var partWordsMin = 4
    /// A run of more words is broken in its middle half, so that the work does not grow with its square.
    package var searchWordsMax = 160

    private let isSpaced: Bool

    /// Whether the language is written without spaces between words.
    var isUnspaced: Bool { !isSpaced }

    package init(language: String) {
        let primary = language.lowercased().split(separator: "-").first.map(String.init) ?? ""
        isSpaced = !["zh", "yue", "ja", "th", "lo", "my", "km", "bo"].contains(primary)
    }

    /// The sentences as ranges of words, in order; each word is in exactly one.
    package func sentences(_ words: [Word]) -> [ClosedRange<Int>] {
        var found: [ClosedRange<Int>] = []
        var first = 0
        let worths = words.indices.map { worth($0, words) }
        for index in words.indices where isEnd(index, words) {
            breakUp(first...index, words, worths, into: &found)
            first = index + 1
        }
        return found
    }

    /// The words as they are written.
    package func text(_ words: some Sequence<Word>) -> String {
        words.map(\.text).joined(separator: isSpaced ? " " : "")
    }

    private func isEnd(_ index: Int, _ words: [Word]) -> Bool {
        guard index + 1 < words.count else { return true }
        let next = words[index + 1]
        let pauseMs = next.startMs - words[index].endMs
        if pauseMs >= pauseMsMax { return true }
        let word = bare(words[index].text)
        guard let mark = word.last else { return false }
        if "。！？．｡؟।".contains(mark) { return true }
        guard ".!?…".contains(mark) else { return false }

        let startsSmall = bareStart(next.text).first.map { $0.isLowercase } ?? false
        if word.hasSuffix("...") || mark == "…" { return !startsSmall || pauseMs >= 700 }
        if startsSmall && pauseMs < 400 { return false }
        guard mark == "." else { return true }

        let stem = word.dropLast().lowercased()
        if Self.titles.contains(stem) { return false }
        let nextIsNumber = bareStart(next.text).first?.isNumber ?? false
        if nextIsNumber && (Self.numbered.contains(stem) || stem.last?.isNumber == true) { return false }
        let isInitial = stem.count == 1 && stem.first?.isLetter == true && stem != "i"
        if isInitial || stem.contains(".") || Self.abbreviations.contains(stem) {
            return !startsSmall && pauseMs >= 350
        }
        return true
    }

    /// Breaks a run that is too long at its best pause, again and again.
    private func breakUp(
        _ run: ClosedRange<Int>,
        _ words: [Word],
        _ worths: [Double],
        into found: inout [ClosedRange<Int>]
    ) {
        let spanMs = words[run.upperBound].endMs - words[run.lowerBound].startMs
        let count = isSpaced ? run.count : run.count / 3
        guard (count > runWordsMax || spanMs > runMsMax) && run.count >= partWordsMin * 2 else {
            found.append(run)
            return
        }
        let margin = run.count > searchWordsMax ? max(partWordsMin, run.count / 4) : partWordsMin
        let middle = Double(run.lowerBound + run.upperBound) / 2
        var best = run.lowerBound + margin - 1
        var bestWorth = -Double.infinity
        // The middle is worth some pause: equal pauses break into equal parts.
        for index in (run.lowerBound + margin - 1)...(run.upperBound - margin) {
            let worth = worths[index] - abs(Double(index) - middle) / Double(run.count) * 100
            if worth > bestWorth { (best, bestWorth) = (index, worth) }
        }
        let isFarTooLong = count > runWordsMax * runExcessMax || spanMs > runMsMax * runExcessMax
        guard isFarTooLong || bestWorth >= Double(pauseMsInRunMin) else {
            found.append(run)
            return
        }
        breakUp(run.lowerBound...best, words, worths, into: &found)
        breakUp((best + 1)...run.upperBound, words, worths, into: &found)
    }

    /// What speaks for a break behind a word: the pause, and a comma, which is worth some pause.
    private func worth(_ index: Int, _ words: [Word]) -> Double {
        guard index + 1 < words.count else { return 0 }
        // Words that overlap have no pause, however much they do.
        let pauseMs = max(0, words[index + 1].startMs - words[index].endMs)
        let hasComma = bare(words[index].text).last.map { ",;:—–、，；：".contains($0) } ?? false
        return Double(pauseMs + (hasComma ? 300 : 0))
    }

    /// The word without closing quotes and brackets.
    private func bare(_ text: String) -> Substring {
        var word = text[...]
        while let last = word.last, "\"'”’»)]}」』".contains(last) { word = word.dropLast() }
        return word
    }

    private func bareStart(_ text: String) -> Substring {
        text.drop { "\"'“‘«([{¿¡「『-–—".contains($0) }
    }

    /// Never the end of a sentence.
    private static let titles: Set<String> = [
        "mr", "mrs", "ms", "mx", "dr", "prof", "st", "messrs", "mme", "mlle", "hr", "fr", "sra", "srta",
        "gen",
        "col", "capt", "lt", "sgt", "rep", "sen", "gov", "hon", "rev", "vs", "cf", "approx", "e.g", "i.e",
        "z.b",
    ]
    /// Not the end where a number follows.
    private static let numbered: Set<String> = [
        "no", "nos", "nr", "vol", "fig", "ch", "p", "pp", "art", "sec", "eq",
    ]
    /// The end only where a pause follows.
    private static let abbreviations: Set<String> = [
        "etc", "inc", "ltd", "co", "corp", "jr", "sr", "dept", "est", "al", "ave", "blvd", "rd", "mt", "ft",
        "bzw",
        "usw", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
}
