import Contracts

extension Composer {
    /// The stretches that the style keeps of a clip; nil where nothing is cut out.
    static func tightened(
        _ moment: Plan.Moment,
        _ clip: Prepared.Clip,
        _ style: TighteningStyle?,
        words: [Transcript.Word]
    ) -> (kept: KeptTime?, warnings: [Warning]) {
        guard let style else { return (nil, []) }
        var warnings: [Warning] = []
        if style.fillers, clip.audio.fillers == nil {
            warnings.append(
                Warning(
                    code: "fillers-unmarked",
                    detail:
                        "Filler words were not looked for, so none was cut out: there is no list of them for the "
                        + "language, or the clip was measured before there were any."
                )
            )
        }
        let durationMs = clip.media.durationMs
        let tightening = Tightening(
            style,
            durationMs: durationMs,
            fpsNum: clip.media.fpsNum,
            fpsDen: clip.media.fpsDen,
            words: words.map { word in
                TimeRange(
                    startMs: min(max(word.startMs - moment.startMs, 0), durationMs),
                    endMs: min(max(word.endMs - moment.startMs, 0), durationMs)
                )
            },
            pauses: clip.audio.pauses,
            fillers: clip.audio.fillers ?? []
        )
        let result = tightening.decide()
        if result.isLimited {
            let percent = Int((Tightening.removedShareMax * 100).rounded())
            warnings.append(
                Warning(
                    code: "tightening-limited",
                    detail:
                        "Some pauses stay as long as they are: no more than \(percent) % of a clip is cut out."
                )
            )
        }
        return (result.kept.count > 1 ? KeptTime(result.kept) : nil, warnings)
    }

    /// Pages in the time of the short, without the words that are cut out of it.
    static func captions(_ pages: [CaptionPage], in kept: KeptTime) -> [CaptionPage] {
        let words = pages.map { page in
            page.words.compactMap { word in
                kept.output(startMs: word.startMs, endMs: word.endMs).map { shown in
                    CaptionPage.Word(
                        text: word.text,
                        startMs: shown.startMs,
                        endMs: shown.endMs,
                        emphasised: word.emphasised
                    )
                }
            }
        }
        return CaptionPaginator.timed(words.filter { !$0.isEmpty }, durationMs: kept.durationMs)
    }

    /// A title comes where its moment is shown, and stays as long as the style says.
    static func title(_ overlay: TitleOverlay, in kept: KeptTime) -> TitleOverlay {
        let start = kept.output(overlay.startMs)
        let end = min(start + overlay.endMs - overlay.startMs, kept.durationMs)
        return TitleOverlay(text: overlay.text, startMs: start, endMs: end)
    }
}
