package import Contracts
import Foundation

/// Decides what each moment shows beside its words: the hook title, and the words that captions emphasise.
package enum EnhancementPlanner {
    /// One emphasised word for so many words at most; more would emphasise nothing.
    static let wordsPerEmphasis = 7
    static let longWordLettersMin = 9

    package static func plan(
        _ plan: Plan,
        transcript: Transcript,
        style: StyleDocument,
        pin: StylePin
    ) -> EnhancementPlan {
        EnhancementPlan(
            style: pin,
            clips: plan.moments.map { moment in
                EnhancementPlan.Clip(
                    clip: moment.clip,
                    hookTitle: style.title == nil ? nil : moment.hook ?? moment.title,
                    emphasisWords: emphasised(in: moment, of: transcript)
                )
            },
            warnings: []
        )
    }

    private static func emphasised(in moment: Plan.Moment, of transcript: Transcript) -> [Int] {
        let range = moment.firstWord..<(moment.lastWord + 1)
        guard moment.firstWord >= 0, moment.lastWord >= moment.firstWord,
            moment.lastWord < transcript.words.count
        else { return [] }
        let weighed = range.map { ($0, weight(of: transcript.words[$0].text)) }.filter { $0.1 > 0 }
        var chosen: [Int] = []
        for (index, _) in weighed.sorted(by: { ($1.1, $0.0) < ($0.1, $1.0) })
        where chosen.allSatisfy({ abs($0 - index) >= wordsPerEmphasis }) {
            chosen.append(index)
        }
        return chosen.sorted()
    }

    private static func weight(of text: String) -> Int {
        let word = text.lowercased().filter { $0.isLetter || $0.isNumber }
        if strongWords.contains(word) { return 3 }
        if word.contains(where: \.isNumber) { return 3 }
        return word.count >= longWordLettersMin ? 1 : 0
    }

    private static let strongWords: Set<String> = [
        "never", "always", "nobody", "everyone", "nothing", "everything", "best", "worst", "biggest", "free",
        "secret", "mistake", "wrong", "love", "hate", "impossible", "crazy", "amazing", "million", "billion",
        "money", "first", "only", "stop", "huge", "terrible", "beautiful", "fail", "failed", "win",
    ]
}
