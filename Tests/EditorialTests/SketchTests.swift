import Contracts
import Editorial
import Testing

@Suite struct SketchTests {
    /// Words of 400 ms every half second, ten to a sentence.
    private static func request(words count: Int = 100) -> EditorialRequest {
        let words = (0..<count).map { index in
            Transcript.Word(
                text: index % 10 == 9 ? "end\(index)." : "word\(index)",
                startMs: index * 500,
                endMs: index * 500 + 400,
                confidence: 1
            )
        }
        let sentences = (0..<(count / 10)).map { index in
            Transcript.Sentence(
                firstWord: index * 10,
                lastWord: index * 10 + 9,
                startMs: index * 5_000,
                endMs: index * 5_000 + 4_900,
                text: words[(index * 10)...(index * 10 + 9)].map(\.text).joined(separator: " ")
            )
        }
        let durationMs = count * 500
        return EditorialRequest(
            transcript: Transcript(
                language: "en",
                model: "test",
                durationMs: durationMs,
                words: words,
                sentences: sentences,
                warnings: []
            ),
            segments: Segments(
                durationMs: durationMs,
                cuts: [],
                silences: [],
                turns: [],
                topicStartsMs: [],
                energy: Segments.Energy(hopMs: 1_000, lufs: []),
                integratedLufs: nil,
                warnings: []
            ),
            options: ShortsOptions()
        )
    }

    private func sketch(_ start: Int, _ end: Int, title: String? = nil) -> MomentSketch {
        MomentSketch(pointer: "/moments/0", startMs: start, endMs: end, title: title)
    }

    private func errors(_ sketches: [MomentSketch]) -> [String] {
        do throws(Problem) {
            _ = try BroughtMoments(Self.request()).plan(sketches)
            return []
        } catch {
            #expect(error.slug == "moments-invalid")
            return error.errors?.map(\.detail) ?? []
        }
    }

    @Test func `brought moments become a plan, ranked as they came`() throws {
        let plan = try BroughtMoments(Self.request()).plan([
            sketch(25_000, 34_950, title: "Mine"), sketch(0, 4_950),
        ])

        #expect(plan.model == "provided" && plan.warnings.isEmpty)
        #expect(plan.moments.map(\.clip) == ["clip-01", "clip-02"])
        #expect(plan.moments.map(\.title).first == "Mine" && plan.moments[1].title != "")
        #expect(plan.moments.map(\.firstWord) == [50, 0] && plan.moments.map(\.lastWord) == [69, 9])
        #expect(plan.moments.allSatisfy { (0...100).contains($0.score) && !$0.reason.isEmpty })
    }

    @Test func `a cut through a word moves off it by a small step, with a warning`() throws {
        let plan = try BroughtMoments(Self.request()).plan([sketch(5_100, 9_750)])

        #expect(plan.moments[0].startMs == 5_000 && plan.moments[0].endMs == 9_900)
        #expect(plan.warnings.map(\.code) == ["moment-snapped"] && plan.warnings[0].clip == "clip-01")
    }

    @Test func `a cut far inside a word is refused`() {
        var request = Self.request()
        request.transcript.words[10].endMs = 6_500
        request.transcript.words = request.transcript.words.enumerated()
            .filter { !(11...12).contains($0.offset) }.map(\.element)
        request.transcript.sentences = []
        #expect(throws: Problem.self) { try BroughtMoments(request).plan([sketch(5_800, 9_950)]) }
    }

    @Test func `moments must lie in the source, apart from each other, long enough and spoken in`() {
        #expect(errors([sketch(0, 50_000)]).isEmpty)
        #expect(errors([sketch(0, 50_001)]).count == 1)
        #expect(errors([sketch(0, 3_000)]).isEmpty)
        #expect(errors([sketch(0, 2_999)]).count == 1)
        #expect(errors([sketch(0, 4_950), sketch(4_950, 9_950)]).isEmpty)
        #expect(errors([sketch(0, 4_950), sketch(4_949, 9_950)]).count == 1)
        #expect(errors([sketch(-1, 4_950), sketch(.min, .max), sketch(60_000, 70_000)]).count >= 4)
    }

    @Test func `an editor keeps what was not changed and makes the rest anew`() async throws {
        let request = Self.request()
        let original = try BroughtMoments(request).plan([sketch(0, 4_950), sketch(10_000, 19_950)])
        let editor = PlanEditor(original, request: request)
        var kept = sketch(10_000, 19_950)
        kept.clip = "clip-02"
        var moved = sketch(0, 10_050)
        moved.clip = "clip-01"

        #expect(editor.faults(of: [kept, moved]).count == 2)
        moved.endMs = 9_450
        #expect(editor.faults(of: [kept, moved]).map(\.detail) == [])
        let plan = editor.plan([kept, moved, sketch(25_000, 29_950)])
        var first = original.moments[1]
        first.rank = 1
        #expect(plan.moments[0] == first)
        #expect(plan.moments[1].lastWord == 18 && plan.moments[1].title == original.moments[0].title)
        #expect(plan.moments.map(\.clip) == ["clip-02", "clip-01", "clip-03"])
    }

    @Test func `words that all talk over each other cost no more than a look`() {
        let count = 30_000
        var request = Self.request(words: 10)
        request.transcript.words = (0..<count).map { index in
            Transcript.Word(text: "w", startMs: index, endMs: index + count, confidence: 1)
        }
        request.transcript.durationMs = 2 * count
        let sketches = (0..<9).map { sketch(3_000 * $0 + 3, 3_000 * ($0 + 1) + 3) }
        let clock = ContinuousClock()
        let spent = clock.measure {
            #expect(throws: Problem.self) { try BroughtMoments(request).plan(sketches) }
        }
        #expect(spent < .seconds(20))
    }
}
