import Contracts
import StudioSupport
import Testing

@testable import Editorial

@Suite struct ShortlistTests {
    private let desk = HostedMaterial.desk()

    private func read(_ answer: String) -> AnswerReading<MomentProposal> {
        desk.shortlist(answer, of: desk.parts[0])
    }

    @Test func `a shortlist names sentences and judges them`() {
        let answer = HostedMaterial.shortlist([(HostedMaterial.flour, 80), (HostedMaterial.bakeries, 90)])

        let reading = read(answer)

        #expect(reading.faults == [])
        #expect(reading.values.map(\.sentences) == [HostedMaterial.flour, HostedMaterial.bakeries])
        #expect(
            desk.choose(reading.values).map(\.sentences) == [HostedMaterial.bakeries, HostedMaterial.flour]
        )
        #expect(read("\n```json\n\(answer)\n```\n").values == reading.values)
    }

    @Test func `an empty shortlist is an answer too`() {
        let reading = read(#"{"moments": []}"#)
        #expect(reading.faults == [] && reading.values == [])
    }

    @Test(arguments: [
        ("", ""), ("sorry", ""), (#"{"moments": [{"first"#, ""), ("[]", "/moments"), ("{}", "/moments"),
        (#"{"moments": {}}"#, "/moments"), (#"{"moments": [7]}"#, "/moments/0"),
        ("{\"moments\": [\(Array(repeating: "1", count: 101).joined(separator: ","))]}", "/moments"),
    ])
    func `what has not the form of a shortlist is refused`(answer: String, pointer: String) {
        let reading = read(answer)
        #expect(reading.values == [])
        #expect(reading.faults.first?.pointer == pointer)
    }

    @Test func `all that is wrong with all moments is told at once, and the rest is kept`() {
        let answer = """
            {"moments": [
              {"first_sentence": 3, "last_sentence": 7, "hook": 90, "standalone": 80, "value": 101, "shareability": "x"},
              {"first_sentence": 3, "last_sentence": 900, "hook": 1, "standalone": 1, "value": 1, "shareability": 1},
              {"first_sentence": 7, "last_sentence": 3, "hook": 1, "standalone": 1, "value": 1, "shareability": 1},
              {"first_sentence": 4, "last_sentence": 4, "hook": 1, "standalone": 1, "value": 1, "shareability": 1},
              {"first_sentence": 0, "last_sentence": 30, "hook": 1, "standalone": 1, "value": 1, "shareability": 1},
              {"last_sentence": 7, "hook": 1, "standalone": 1, "value": 1, "shareability": 1, "title": "No"},
              {"first_sentence": 11, "last_sentence": 15, "hook": 1, "standalone": 1, "value": 1, "shareability": 1}
            ]}
            """

        let reading = read(answer)

        #expect(reading.values.map(\.sentences) == [HostedMaterial.flour])
        #expect(
            reading.faults.map(\.pointer) == [
                "/moments/0/value", "/moments/0/shareability", "/moments/1/last_sentence",
                "/moments/2/last_sentence", "/moments/3/last_sentence", "/moments/4/last_sentence",
                "/moments/5/title", "/moments/5/first_sentence",
            ]
        )
        #expect(reading.faults[4].detail.contains("up to sentence"))
    }

    @Test func `sentences that were not shown may not be used`() {
        let hole = desk.rules.range(12...12)
        let holed = HostedMaterial.desk(ShortsOptions(excludeRangesMs: [hole]))

        let reading = holed.shortlist(
            HostedMaterial.shortlist([(HostedMaterial.flour, 90), (HostedMaterial.starter, 90)]),
            of: holed.parts[0]
        )

        #expect(reading.values.map(\.sentences) == [HostedMaterial.starter])
        #expect(reading.faults.map(\.pointer) == ["/moments/0/last_sentence"])
        #expect(reading.faults[0].detail.contains("sentence 12"))
    }

    @Test func `of moments over each other the better one is chosen, and no more than are wanted`() {
        let proposals = read(
            HostedMaterial.shortlist([
                (3...7, 70), (3...8, 90), (11...15, 80), (18...22, 85), (26...30, 60), (4...7, 20),
            ])
        )

        let chosen = desk.choose(proposals.values)

        #expect(proposals.faults == [])
        #expect(chosen.map(\.sentences) == [3...8, 18...22, 11...15])
        #expect(chosen.map(\.number) == [1, 2, 3])
    }

    @Test func `moments of few points are shown to nobody`() {
        let weak = read(HostedMaterial.shortlist([(HostedMaterial.bakeries, 5)]))
        #expect(weak.values.count == 1 && desk.choose(weak.values).isEmpty)
    }

    @Test func `where the model fails, the embedded scorer proposes from the same part`() {
        let own = desk.ownShortlist(desk.parts[0])
        #expect(!own.isEmpty && own.allSatisfy { $0.opinion == nil })
        for proposal in own {
            let faults = desk.rules.faults(
                of: proposal.sentences,
                shown: Set(desk.parts[0].sentences),
                at: ""
            )
            #expect(faults == [])
        }
    }
}
