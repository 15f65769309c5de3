import Contracts
import Editorial
import StudioSupport
import Testing

@Suite struct DeterministicScorerTests {
    private let scorer = DeterministicScorer()

    @Test func `a talk gives moments that open on their hook and end on their payoff`() async throws {
        let plan = try await scorer.plan(TranscriptMaker.request(SampleTalk.transcript))

        #expect(plan.model == "embedded/scorer-1")
        #expect(plan.moments.count >= 3)
        let opening = try #require(plan.moments.first)
        #expect(opening.text.hasPrefix("Why do most bakeries fail in their first year?"))
        #expect(opening.title == "Why do most bakeries fail in their first year?")
        #expect(plan.moments.allSatisfy { !$0.text.hasPrefix("Yeah") && !$0.text.hasPrefix("And") })
        #expect(plan.moments.allSatisfy { $0.text.hasSuffix(".") || $0.text.hasSuffix("!") })
        #expect(plan.moments.map(\.clip).prefix(3) == ["clip-01", "clip-02", "clip-03"])
        #expect(opening.reason.hasPrefix("Opens on a question"))
    }

    @Test func `titles are whole clauses of the moment's own words`() async throws {
        let plan = try await scorer.plan(TranscriptMaker.request(SampleTalk.transcript))

        for moment in plan.moments {
            let said = moment.text.lowercased().filter { $0.isLetter || $0.isNumber }
            let title = moment.title.lowercased().filter { $0.isLetter || $0.isNumber }
            #expect(said.contains(title), "\(moment.title)")
            #expect(moment.title.first?.isUppercase == true || moment.title.first?.isNumber == true)
        }
        #expect(Set(plan.moments.map(\.title)).count == plan.moments.count)
    }

    @Test func `speech that repeats itself gives each moment once`() async throws {
        let talk = TranscriptMaker.transcript(SampleTalk.lines + SampleTalk.lines + SampleTalk.lines)

        let thrice = try await scorer.plan(TranscriptMaker.request(talk, ShortsOptions(targetCount: 30)))

        let taken = thrice.moments.reduce(0) { $0 + $1.endMs - $1.startMs }
        #expect(taken <= SampleTalk.transcript.durationMs)
        let openings = thrice.moments.map { $0.text.split(separator: " ").prefix(6).joined(separator: " ") }
        #expect(Set(openings).count == openings.count)
        #expect(thrice.warnings.contains { $0.code == "few-moments" })
    }

    @Test func `no two moments say seven words in a row that are the same`() async throws {
        let quoted = "the earliest book that was ever printed with movable types"
        let lines = (0..<12).map { number in
            let own = (0..<30).map { "word\(number)x\($0)" }.joined(separator: " ")
            return (speaker: "a", text: "We know that \(quoted) and \(own).")
        }
        let request = TranscriptMaker.request(
            TranscriptMaker.transcript(lines),
            ShortsOptions(targetCount: 6)
        )

        let plan = try await scorer.plan(request)

        #expect(plan.moments.count { $0.text.contains(quoted) } == 1)
    }

    @Test func `where no clause stands alone the title gives the first words`() async throws {
        let text =
            "how much more praise deserved thy beauty's use, if thou couldst answer this fair child of mine."
        let lines = (0..<3).map { _ in (speaker: "a", text: text) }

        let plan = try await scorer.plan(TranscriptMaker.request(TranscriptMaker.transcript(lines)))

        #expect(plan.moments.first?.title == "How much more praise deserved thy beauty's use…")
    }

    @Test func `moments that speak of a keyword come first`() async throws {
        let options = ShortsOptions(targetCount: 1, keywords: ["sourdough starter"])

        let plan = try await scorer.plan(TranscriptMaker.request(SampleTalk.transcript, options))

        #expect(try #require(plan.moments.first).text.contains("sourdough starter"))
        #expect(plan.moments[0].reason.contains("speaks of what you asked for"))
    }

    @Test func `a range keeps the rest of the source out`() async throws {
        let talk = SampleTalk.transcript
        let range = TimeRange(startMs: talk.durationMs / 2, endMs: talk.durationMs)

        let plan = try await scorer.plan(TranscriptMaker.request(talk, ShortsOptions(rangeMs: range)))

        #expect(plan.moments.allSatisfy { $0.startMs >= range.startMs && $0.endMs <= range.endMs })
    }

    @Test func `a source shorter than a short is taken whole, with a warning`() async throws {
        let talk = TranscriptMaker.transcript([
            ("speaker-0", "Ask not what your country can do for you."),
            ("speaker-0", "Ask what you can do for your country."),
        ])

        let plan = try await scorer.plan(TranscriptMaker.request(talk))

        #expect(!plan.moments.isEmpty)
        #expect(Set(plan.warnings.map(\.code)) == ["durations-relaxed", "few-moments"])
    }

    @Test func `no sentences give a problem that says what was looked for`() async throws {
        let silence = Transcript(
            language: "en",
            model: "test",
            durationMs: 60_000,
            words: [],
            sentences: [],
            warnings: []
        )

        let problem = try await #require(throws: Problem.self) {
            try await scorer.plan(TranscriptMaker.request(silence))
        }

        #expect(problem.slug == "no-moments")
        #expect(problem.detail.contains("15000 to 60000 ms"))
    }

    @Test func `an excluded source gives a problem, not a moment`() async throws {
        let talk = SampleTalk.transcript
        let options = ShortsOptions(excludeRangesMs: [TimeRange(startMs: 0, endMs: talk.durationMs + 1)])

        let problem = try await #require(throws: Problem.self) {
            try await scorer.plan(TranscriptMaker.request(talk, options))
        }

        #expect(problem.slug == "no-moments")
    }

    @Test func `another language is planned by what all languages share`() async throws {
        let line = "Wir haben drei Jahre gebraucht und dann war alles auf einen Schlag vorbei."
        let lines = (0..<12).map {
            ("speaker-0", "Nummer \($0) erzählt von Wörtern \($0 * 7) mal \($0 + 3): \(line)")
        }

        let plan = try await scorer.plan(
            TranscriptMaker.request(TranscriptMaker.transcript(lines, language: "de"))
        )

        #expect(!plan.moments.isEmpty)
        #expect(plan.moments.allSatisfy { $0.title.count <= 60 })
    }
}
