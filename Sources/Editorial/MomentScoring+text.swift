import Contracts

extension MomentScoring {
    /// How well the opening words hold somebody who scrolls by.
    static func hook(_ sentences: [SentenceProfile], at index: Int) -> Double {
        let opening = sentences[index]
        // A very short opening hooks together with what follows.
        let second = opening.forms.count < 6 && index + 1 < sentences.count ? sentences[index + 1] : nil
        let forms = opening.forms + (second?.forms ?? [])
        let head = Set(forms.prefix(16))
        var points = 28.0
        if opening.isQuestion || second?.isQuestion == true {
            let asks = forms.prefix(4).contains(where: Lexicon.questionWords.contains)
            points += asks && forms.count >= 5 ? 22 : 6
        }
        if forms.prefix(20).contains(where: WordForm.isNumber) { points += 10 }
        if !head.isDisjoint(with: Lexicon.contrasts) { points += 10 }
        if !head.isDisjoint(with: Lexicon.address) { points += 8 }
        if !head.isDisjoint(with: Lexicon.promises) { points += 12 }
        if !head.isDisjoint(with: Lexicon.emotions) || !head.isDisjoint(with: Lexicon.superlatives) {
            points += 8
        }
        if opening.tally.names > 0 { points += 4 }
        if let first = opening.forms.first {
            if Lexicon.strongOpeners.contains(first) { points += 10 }
            if Lexicon.weakOpeners.contains(first) { points -= 16 }
            if Lexicon.conjunctions.contains(first) { points -= 8 }
        }
        if opening.forms.count <= 2 { points -= 20 }
        if opening.forms.count > 28 { points -= 12 }
        if opening.trailsOff || opening.opensInQuote { points -= 12 }
        return points
    }

    /// The half of standing alone that the first sentence decides, at most 55.
    static func opening(_ sentences: [SentenceProfile], at index: Int) -> Double {
        let sentence = sentences[index]
        var points = 40.0
        if let first = sentence.forms.first {
            if first == "so" || first == "now" {
                points -= 6
            } else if Lexicon.conjunctions.contains(first) {
                points -= 22
            }
            if Lexicon.danglingOpeners.contains(first) { points -= 24 }
            if Lexicon.backchannels.contains(first) || Lexicon.weakOpeners.contains(first) { points -= 14 }
        }
        let early = sentence.forms.dropFirst().prefix(4)
        if early.contains(where: { Lexicon.danglingOpeners.contains($0) && $0 != "this" && $0 != "that" }),
            sentence.tally.names == 0
        {
            points -= 6
        }
        if sentence.isBackchannel { points -= 20 }
        // "Why not?" asks about something that was said before.
        if sentence.isQuestion && sentence.forms.count < 4 { points -= 14 }
        if sentence.opensInQuote { points -= 18 }
        if index > 0, sentences[index - 1].isQuestion, !sentence.isQuestion {
            // The answer without its question.
            points -= sentence.startsTurn ? 12 : 4
        }
        if index > 0, sentences[index - 1].trailsOff || !sentences[index - 1].endsCleanly { points -= 8 }
        if sentence.startsTopic { points += 8 }
        if sentence.startsTurn { points += 5 }
        if sentence.pauseBeforeMs >= 400 { points += 5 }
        return points
    }

    /// The half of standing alone that the last sentence decides, at most 45.
    static func ending(_ sentences: [SentenceProfile], at index: Int) -> Double {
        let sentence = sentences[index]
        var points = 30.0
        if sentence.isQuestion { points -= 18 }
        if sentence.trailsOff {
            points -= 18
        } else if !sentence.endsCleanly {
            points -= 14
        }
        if sentence.endsInQuote { points -= 14 }
        if sentence.isBackchannel || sentence.forms.count <= 2 { points -= 10 }
        if let last = sentence.forms.last, last == "know" || last == "like" || last == "stuff" { points -= 4 }
        if sentence.pauseAfterMs >= 250 { points += 3 }
        if sentence.pauseAfterMs >= 600 { points += 4 }
        if sentence.endsTurn { points += 5 }
        if (4...14).contains(sentence.forms.count), !sentence.isQuestion { points += 3 }
        if index + 1 < sentences.count {
            let next = sentences[index + 1]
            if next.startsTopic { points += 4 }
            let goesOn = next.forms.first.map { ["because", "which", "and", "but"].contains($0) } ?? false
            if goesOn && !next.startsTurn { points -= 6 }
        }
        return points
    }

    /// How much there is to take away from a window.
    static func value(_ tally: Tally) -> Double {
        let words = Double(max(1, tally.words))
        let density = Double(tally.content) / words
        let perHundred = 100 / words
        var points = 8 + 110 * min(max(density - 0.22, 0), 0.32)
        points += min(Double(tally.names) * perHundred * 2.5, 16)
        points += min(Double(tally.numbers) * perHundred * 4, 14)
        points += min(Double(tally.explanations) * perHundred * 4, 20)
        points += min(Double(tally.contrasts) * perHundred * 2, 8)
        points -= min(Double(tally.fillers) * perHundred * 6, 20)
        points -= min(Double(tally.backchannels) * perHundred * 4, 20)
        return points
    }

    /// How likely somebody passes it on: lines to quote, feeling, strong claims, and a length that is watched whole.
    static func shareability(_ tally: Tally, durationMs: Int) -> Double {
        let perHundred = 100 / Double(max(1, tally.words))
        var points = 18.0
        points += min(Double(tally.quotable) * perHundred * 6, 26)
        points += min(Double(tally.emotions) * perHundred * 9, 22)
        points += min(Double(tally.superlatives) * perHundred * 4, 14)
        points += min(Double(tally.address) * perHundred * 2, 10)
        points += min(Double(tally.contrasts) * perHundred * 2, 8)
        if (18_000...45_000).contains(durationMs) { points += 10 }
        return points
    }
}
