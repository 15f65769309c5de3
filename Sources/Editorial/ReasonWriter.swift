import Contracts

/// Says in plain words why a moment was chosen.
enum ReasonWriter {
    static func reason(_ candidate: Candidate, window: [SentenceProfile]) -> String {
        let tally = window.reduce(Tally()) { $0 + $1.tally }
        var parts: [String] = []
        if let opening = window.first { parts.append(openingPart(opening, window.dropFirst().first)) }
        if tally.keywords > 0 { parts.append("speaks of what you asked for") }
        let names = names(in: window)
        if !names.isEmpty { parts.append("names \(names.joined(separator: " and "))") }
        if tally.numbers >= 2 { parts.append("gives \(tally.numbers) numbers") }
        if tally.quotable >= 2 {
            parts.append("has \(tally.quotable) lines to quote")
        } else if tally.emotions >= 2 {
            parts.append("shows feeling")
        } else if candidate.subscores.energy >= 65 {
            parts.append("is told with more energy than the rest")
        }
        if let closing = window.last, closing.endsCleanly, !closing.isQuestion {
            parts.append(
                closing.pauseAfterMs >= 600 ? "ends on a full stop and a pause" : "ends on a full stop"
            )
        }
        let text = parts.prefix(4)
        let sentence =
            text.dropLast().joined(separator: ", ") + (text.count > 1 ? " and " : "") + (text.last ?? "")
        return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
    }

    private static func openingPart(_ opening: SentenceProfile, _ second: SentenceProfile?) -> String {
        let head = Set(opening.forms.prefix(16))
        if opening.isQuestion || second?.isQuestion == true && opening.forms.count < 6 {
            return "opens on a question"
        }
        if !head.isDisjoint(with: Lexicon.promises) { return "opens on a promise" }
        if opening.forms.prefix(20).contains(where: WordForm.isNumber) { return "opens on a number" }
        if !head.isDisjoint(with: Lexicon.contrasts) { return "opens on a contrast" }
        if !head.isDisjoint(with: Lexicon.address) { return "speaks to the viewer from the start" }
        if opening.startsTopic { return "opens a new topic" }
        return "opens on a whole sentence"
    }

    private static func names(in window: [SentenceProfile]) -> [String] {
        var found: [String] = []
        for sentence in window {
            for (index, word) in sentence.text.split(separator: " ").enumerated() {
                let name = word.trimmingPrefix { !$0.isLetter }.prefix {
                    $0.isLetter || $0.isNumber || $0 == "-"
                }
                if WordForm.isName(String(word), startsSentence: index == 0), !found.contains(String(name)) {
                    found.append(String(name))
                }
                if found.count == 2 { return found }
            }
        }
        return found
    }
}
