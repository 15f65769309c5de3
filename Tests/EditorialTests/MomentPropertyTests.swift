import Contracts
import Editorial
import StudioSupport
import Testing

@Suite struct MomentPropertyTests {
    /// The plan, or nil where the scorer says that nothing qualifies.
    private func plan(_ request: EditorialRequest) async throws -> Plan? {
        do {
            return try await DeterministicScorer().plan(request)
        } catch let problem as Problem {
            #expect(problem.slug == "no-moments")
            return nil
        }
    }

    @Test(arguments: 1...15) func `moments are whole sentences, cut between words`(seed: UInt64) async throws
    {
        let request = TranscriptMaker.random(seed: seed)
        let words = request.transcript.words
        for moment in try await plan(request)?.moments ?? [] {
            #expect(request.transcript.sentences.contains { $0.firstWord == moment.firstWord })
            #expect(request.transcript.sentences.contains { $0.lastWord == moment.lastWord })
            let (first, last) = (words[moment.firstWord], words[moment.lastWord])
            #expect((first.startMs - 250...first.startMs).contains(moment.startMs))
            #expect((last.endMs...last.endMs + 250).contains(moment.endMs))
            if moment.firstWord > 0 { #expect(words[moment.firstWord - 1].endMs <= moment.startMs) }
            if moment.lastWord + 1 < words.count {
                #expect(words[moment.lastWord + 1].startMs >= moment.endMs)
            }
            #expect(
                moment.text == words[moment.firstWord...moment.lastWord].map(\.text).joined(separator: " ")
            )
        }
    }

    @Test(arguments: 1...15) func `moments keep to the limits and do not overlap`(seed: UInt64) async throws {
        let request = TranscriptMaker.random(seed: seed)
        guard let plan = try await plan(request) else { return }
        let ranges = plan.moments.map { TimeRange(startMs: $0.startMs, endMs: $0.endMs) }
        for (index, range) in ranges.enumerated() {
            #expect(!ranges[..<index].contains { $0.overlaps(range) })
            #expect(!(request.options.excludeRangesMs ?? []).contains { $0.overlaps(range) })
        }
        if !plan.warnings.contains(where: { $0.code == "durations-relaxed" }) {
            let (shortest, longest) = (request.options.minDurationMs ?? 0, request.options.maxDurationMs ?? 0)
            #expect(ranges.allSatisfy { (shortest...longest).contains($0.durationMs) })
        }
        #expect(plan.moments.count <= 40)
    }

    @Test(arguments: 1...15) func `scores lie between 0 and 100, best first, and come out the same`(
        seed: UInt64
    ) async throws {
        let request = TranscriptMaker.random(seed: seed)
        guard let plan = try await plan(request) else { return }
        for (index, moment) in plan.moments.enumerated() {
            let scores = moment.subscores
            let all = [
                moment.score, scores.hook, scores.standalone, scores.value, scores.shareability,
                scores.energy,
            ]
            #expect(all.allSatisfy { (0...100).contains($0) })
            #expect(moment.rank == index + 1)
            #expect(moment.title.count <= 60 && !moment.title.isEmpty)
            #expect(!moment.reason.isEmpty)
        }
        #expect(zip(plan.moments, plan.moments.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(try await self.plan(request) == plan)
    }
}
