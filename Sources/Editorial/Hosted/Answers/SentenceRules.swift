import Contracts

/// What a run of sentences must keep to be a moment of this run: the rules for all moments, and the run's options.
struct SentenceRules {
    private let desk: EditorialDesk
    private let sketches: SketchDesk
    /// Whether a moment may hold the sentence at all: it lies in the asked range, and in none that is left out.
    let isUsable: [Bool]

    init(_ request: EditorialRequest, desk: EditorialDesk) {
        self.desk = desk
        let end = max(request.segments.durationMs, request.transcript.durationMs)
        sketches = SketchDesk(
            request,
            desk: desk,
            sourceEndMs: max(end, request.transcript.words.last?.endMs ?? 0)
        )
        let excluded = request.options.excludeRangesMs ?? []
        isUsable = desk.sentences.map { sentence in
            sentence.cut.startMs >= desk.allowed.startMs && sentence.cut.endMs <= desk.allowed.endMs
                && !excluded.contains { $0.overlaps(sentence.cut) }
        }
    }

    /// Where the sentences are cut, off words of others that talk over them where a small step does it.
    func sketch(_ sentences: ClosedRange<Int>, pointer: String = "") -> MomentSketch {
        let range = range(sentences)
        let sketch = MomentSketch(pointer: pointer, startMs: range.startMs, endMs: range.endMs)
        return sketches.snapped(sketch, clip: "").sketch
    }

    func moment(
        _ sketch: MomentSketch,
        clip: String,
        rank: Int,
        titles: inout TitleMaker
    ) -> Plan.Moment? {
        sketches.moment(sketch, clip: clip, rank: rank, titles: &titles)
    }

    func range(_ sentences: ClosedRange<Int>) -> TimeRange {
        TimeRange(
            startMs: desk.sentences[sentences.lowerBound].cut.startMs,
            endMs: desk.sentences[sentences.upperBound].cut.endMs
        )
    }

    /// Everything wrong with a run of sentences, all of which must be among those that were shown.
    func faults(of sentences: ClosedRange<Int>, shown: Set<Int>, at pointer: String) -> [AnswerFault] {
        if let stranger = sentences.first(where: { !shown.contains($0) || !isUsable[$0] }) {
            let member = stranger == sentences.lowerBound ? "first_sentence" : "last_sentence"
            return [
                AnswerFault(
                    pointer: "\(pointer)/\(member)",
                    detail: "sentence \(stranger) may not be used; every sentence of a moment must be shown"
                )
            ]
        }
        let sketch = sketch(sentences, pointer: pointer)
        let found =
            SketchRules.faults(of: [sketch], sourceEndMs: sketches.sourceEndMs)
            + sketches.wordFaults(of: sketch)
        let faults = found.map { AnswerFault(pointer: Self.renamed($0.pointer), detail: $0.detail) }
        return faults + durationFaults(of: sentences, shown: shown, at: pointer)
    }

    /// The moment that one reaches into, if any.
    func neighbour(of sentences: ClosedRange<Int>, among others: [ChosenMoment]) -> ChosenMoment? {
        let range = range(sentences)
        return others.first { self.range($0.sentences).overlaps(range) }
    }

    private func durationFaults(
        of sentences: ClosedRange<Int>,
        shown: Set<Int>,
        at pointer: String
    ) -> [AnswerFault] {
        let durationMs = durationMs(sentences)
        guard !desk.durations.contains(durationMs) else { return [] }
        let first = sentences.lowerBound
        let better = desk.sentences.indices[first...].prefix { shown.contains($0) && isUsable[$0] }
            .first { desk.durations.contains(self.durationMs(first...$0)) }
        let limits =
            "\(Self.seconds(desk.durations.lowerBound)) to \(Self.seconds(desk.durations.upperBound))"
        let advice =
            better.map {
                "; up to sentence \($0) it would last \(Self.seconds(self.durationMs(first...$0))) seconds"
            } ?? "; no sentence after its first one makes it so"
        return [
            AnswerFault(
                pointer: "\(pointer)/last_sentence",
                detail:
                    "the moment lasts \(Self.seconds(durationMs)) seconds; it must last \(limits)\(advice)"
            )
        ]
    }

    private func durationMs(_ sentences: ClosedRange<Int>) -> Int {
        let sketch = sketch(sentences)
        return sketch.endMs - sketch.startMs
    }

    /// The members of an answer are sentences, those of a sketch times.
    private static func renamed(_ pointer: String) -> String {
        pointer.replacing("/start_ms", with: "/first_sentence").replacing("/end_ms", with: "/last_sentence")
    }

    static func seconds(_ milliseconds: Int) -> String {
        let tenths = (milliseconds + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
