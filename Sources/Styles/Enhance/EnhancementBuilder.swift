package import Contracts

/// Makes the captions and overlays of one clip, with the style's values resolved.
package enum EnhancementBuilder {
    static let wordDurationMsMin = 40
    static let titleStartMs = 0

    package static func build(
        moment: Plan.Moment,
        transcript: Transcript,
        intent: EnhancementPlan.Clip,
        style: StyleDocument,
        pin: StylePin
    ) throws(Problem) -> EnhancementBundle {
        let durationMs = moment.endMs - moment.startMs
        let words = try spokenWords(of: moment, in: transcript, emphasised: Set(intent.emphasisWords))
        let paginator = CaptionPaginator(wordsPerPageMax: style.captions.wordsPerPageMax)
        let title: TitleOverlay? =
            if let look = style.title, let text = intent.hookTitle {
                TitleOverlay(text: text, startMs: titleStartMs, endMs: min(look.durationMs, durationMs))
            } else {
                nil
            }
        let logo = style.logo.map { logo in
            ImageOverlay(
                assetSha256: logo.assetSha256,
                corner: logo.corner,
                widthShare: logo.widthShare,
                marginShare: logo.marginShare,
                opacity: logo.opacity
            )
        }
        return EnhancementBundle(
            clip: moment.clip,
            style: pin,
            captions: style.captions.enabled ? paginator.pages(words, durationMs: durationMs) : [],
            captionStyle: style.captions,
            title: title,
            titleStyle: style.title,
            images: logo.map { [$0] } ?? [],
            audio: style.audio,
            layout: style.layout,
            warnings: [],
            branding: style.branding
        )
    }

    /// The moment's words in clip time.
    private static func spokenWords(
        of moment: Plan.Moment,
        in transcript: Transcript,
        emphasised: Set<Int>
    ) throws(Problem) -> [CaptionPage.Word] {
        let durationMs = moment.endMs - moment.startMs
        guard durationMs > 0, moment.firstWord >= 0, moment.firstWord <= moment.lastWord,
            moment.lastWord < transcript.words.count
        else {
            throw Problem(
                .artifactInvalid,
                detail:
                    "\(moment.clip) names words \(moment.firstWord) to \(moment.lastWord) of a transcript that "
                    + "has \(transcript.words.count)."
            )
        }
        var words: [CaptionPage.Word] = []
        var opening = ""
        for index in moment.firstWord...moment.lastWord {
            let word = transcript.words[index]
            var text = word.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard text.contains(where: { $0.isLetter || $0.isNumber || $0.isSymbol }) else {
                // A lone dash or quote mark stands with the word before it, what opens with the word after it.
                if text.last.map(LineBreaks.opens) ?? false {
                    opening += text
                } else if !words.isEmpty {
                    words[words.count - 1].text += text
                }
                continue
            }
            text = opening + text
            opening = ""
            let earliest = words.last?.endMs ?? 0
            let start = min(max(word.startMs - moment.startMs, earliest), durationMs)
            let end = min(max(word.endMs - moment.startMs, start + wordDurationMsMin), durationMs)
            guard end > start else {
                throw Problem(
                    .artifactInvalid,
                    detail: "Word \(index) of the transcript ('\(text)') lies outside of \(moment.clip)."
                )
            }
            words += WordSplit.parts(
                of: CaptionPage.Word(
                    text: text,
                    startMs: start,
                    endMs: end,
                    emphasised: emphasised.contains(index)
                )
            )
        }
        guard !words.isEmpty else {
            throw Problem(.artifactInvalid, detail: "\(moment.clip) has no words to show as captions.")
        }
        return words
    }
}
