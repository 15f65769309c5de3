import Contracts

/// Makes moments of a plan out of what a person asks for: finds their words, scores them, names them.
struct SketchDesk {
    /// How far a cut is moved off a word when the times came before anybody knew the words.
    static let snapMsMax = 250

    private let request: EditorialRequest
    private let desk: EditorialDesk
    private let cuts: WordCuts
    /// End of what can be cut.
    let sourceEndMs: Int

    init(_ request: EditorialRequest, sourceEndMs: Int) {
        self.init(request, desk: EditorialDesk(request), sourceEndMs: sourceEndMs)
    }

    init(_ request: EditorialRequest, desk: EditorialDesk, sourceEndMs: Int) {
        self.request = request
        self.desk = desk
        self.sourceEndMs = sourceEndMs
        cuts = WordCuts(request.transcript.words)
    }

    /// What of a sketch would go through a word or has no words; `kept` are times that need no look.
    func wordFaults(of sketch: MomentSketch, kept: Set<Int> = []) -> [Problem.Detail] {
        guard sketch.startMs < sketch.endMs else { return [] }
        var faults: [Problem.Detail] = []
        for (member, ms) in [("start_ms", sketch.startMs), ("end_ms", sketch.endMs)]
        where !kept.contains(ms) && ms <= sourceEndMs {
            guard let word = cuts.through(ms)?.word else { continue }
            let free = cuts.free(around: ms)
            faults.append(
                Problem.Detail(
                    pointer: "\(sketch.pointer)/\(member)",
                    detail:
                        "\(ms) ms is within the word \"\(word.text.prefix(40))\"; \(free.before) or "
                        + "\(free.behind) ms would be between words"
                )
            )
        }
        if faults.isEmpty, sketch.startMs < sourceEndMs,
            cuts.words(in: TimeRange(startMs: sketch.startMs, endMs: sketch.endMs)) == nil
        {
            faults.append(Problem.Detail(pointer: sketch.pointer, detail: "nobody speaks in it"))
        }
        return faults
    }

    /// Moves cuts off words where a small step does it, and tells of it.
    func snapped(_ sketch: MomentSketch, clip: String) -> (sketch: MomentSketch, warning: Warning?) {
        var moved = sketch
        moved.startMs = snapped(sketch.startMs)
        moved.endMs = snapped(sketch.endMs)
        guard moved != sketch, moved.startMs < moved.endMs else { return (sketch, nil) }
        let warning = Warning(
            code: "moment-snapped",
            detail:
                "\(sketch.startMs) to \(sketch.endMs) ms went through a word, so \(moved.startMs) to "
                + "\(moved.endMs) ms was taken.",
            clip: clip
        )
        return (moved, warning)
    }

    /// The moment, with words, scores and, where the sketch has none, title and reason of our own.
    func moment(_ sketch: MomentSketch, clip: String, rank: Int, titles: inout TitleMaker) -> Plan.Moment? {
        let range = TimeRange(startMs: sketch.startMs, endMs: sketch.endMs)
        guard let words = cuts.words(in: range) else { return nil }
        let judged = desk.judge(range)
        return Plan.Moment(
            clip: clip,
            rank: rank,
            title: sketch.title ?? titles.title(of: judged.window.map(\.text), startMs: range.startMs),
            startMs: range.startMs,
            endMs: range.endMs,
            firstWord: words.lowerBound,
            lastWord: words.upperBound,
            text: request.transcript.words[words].map(\.text).joined(separator: " "),
            score: judged.candidate.score,
            subscores: judged.candidate.subscores,
            reason: sketch.reason ?? judged.reason,
            hook: sketch.hook,
            description: sketch.description,
            hashtags: sketch.hashtags
        )
    }

    func makeTitles() -> TitleMaker { TitleMaker(language: request.transcript.language) }

    private func snapped(_ ms: Int) -> Int {
        guard cuts.through(ms) != nil else { return ms }
        let free = cuts.free(around: ms)
        let nearest = ms - free.before <= free.behind - ms ? free.before : free.behind
        return abs(nearest - ms) <= Self.snapMsMax && nearest <= sourceEndMs ? nearest : ms
    }
}
