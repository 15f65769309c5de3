import Contracts
import StudioSupport
import Testing

@testable import Editorial

@Suite struct DetailsTests {
    private typealias Material = HostedMaterial
    private let desk = HostedMaterial.desk()
    private let chosen: [ChosenMoment]

    init() {
        chosen = HostedMaterial.chosen(desk, [HostedMaterial.bakeries, HostedMaterial.flour])
    }

    private func read(_ moments: [JSONTree]) -> AnswerReading<MomentWording> {
        desk.details(Material.details(moments), of: chosen, in: HostedDraft(chosen))
    }

    private func faults(of wording: JSONTree) -> [String] {
        let other = Material.wording(2, Material.flour, title: "What happened in Provence?")
        let reading = read([wording, other])
        #expect(reading.values.map(\.number) == (reading.faults.isEmpty ? [1, 2] : [2]))
        return Set(reading.faults.map(\.pointer)).sorted()
    }

    @Test func `details are taken where they keep every rule`() {
        let moved = 3...6
        let reading = read([
            Material.wording(
                2,
                Material.flour,
                title: " What happened in Marseille? ",
                hashtags: ["#flour", "2019"]
            ),
            Material.wording(1, moved),
        ])

        #expect(reading.faults == [])
        #expect(reading.values.map(\.title) == ["What happened in Marseille?", "Why most bakeries fail"])
        #expect(reading.values[0].hashtags == ["flour", "2019"])
        var draft = HostedDraft(chosen)
        for wording in reading.values { draft.take(wording) }
        #expect(draft.chosen.map(\.sentences) == [moved, Material.flour])
    }

    @Test(arguments: [
        ("Why Starbucks fails", ["/moments/0/title"]),
        ("How 99 bakeries fail", ["/moments/0/title"]),
        (String(repeating: "a ", count: 31), ["/moments/0/title"]),
        ("Two\nlines", ["/moments/0/title"]),
        ("   ", ["/moments/0/title"]),
        ("Why it fails, see evil.example.com", ["/moments/0/title"]),
        ("Why most bakeries fail: bakeries.shop", ["/moments/0/title"]),
        ("What happened in Provence?", ["/moments/0/title"]),
        ("Why the loaf \u{202e}fails", ["/moments/0/title"]),
    ])
    func `a title must be a line that is true to what was said`(title: String, pointers: [String]) {
        // The last but one is the title of the other moment, which comes after it, and names what is said there.
        let found = faults(of: Material.wording(1, Material.bakeries, title: title))
        #expect(Set(found) == Set(pointers))
    }

    @Test func `a title that another moment has is refused`() {
        let title = "Why most people queued"
        let reading = read([
            Material.wording(1, Material.bakeries, title: "Why most bakeries fail"),
            Material.wording(2, Material.flour, title: "why most Bakeries fail"),
        ])
        #expect(reading.values.map(\.number) == [1])
        #expect(reading.faults.map(\.pointer).contains("/moments/1/title"))

        var draft = HostedDraft(chosen)
        for wording in read([Material.wording(1, Material.bakeries, title: title)]).values {
            draft.take(wording)
        }
        #expect(draft.hasTitle("WHY MOST PEOPLE QUEUED"))
    }

    @Test func `texts of a post carry no links, mentions or strangers`() {
        #expect(
            faults(of: Material.wording(1, Material.bakeries, description: "Go to https://evil.test now."))
                != []
        )
        #expect(faults(of: Material.wording(1, Material.bakeries, description: "Ask @evil.")) != [])
        #expect(
            faults(of: Material.wording(1, Material.bakeries, description: "As Napoleon Bonaparte said."))
                != []
        )
        #expect(faults(of: Material.wording(1, Material.bakeries, description: "Like in Marseille.")) == [])
        #expect(
            faults(of: Material.wording(1, Material.bakeries, hook: "Visit www.evil.test")) == [
                "/moments/0/hook"
            ]
        )
        #expect(
            faults(of: Material.wording(1, Material.bakeries, hashtags: ["two words"])) == [
                "/moments/0/hashtags"
            ]
        )
        #expect(
            faults(of: Material.wording(1, Material.bakeries, hashtags: ["a", "A"])) == [
                "/moments/0/hashtags"
            ]
        )
        #expect(
            faults(of: Material.wording(1, Material.bakeries, hashtags: (0..<9).map { "tag\($0)" }))
                == ["/moments/0/hashtags"]
        )
        let long = String(repeating: "a", count: 501)
        #expect(
            faults(of: Material.wording(1, Material.bakeries, description: long)) == [
                "/moments/0/description"
            ]
        )
        #expect(faults(of: Material.wording(1, Material.bakeries, reason: long)) == ["/moments/0/reason"])
    }

    @Test func `a moment may not be moved into another one, out of what was shown, or out of the durations`()
    {
        #expect(faults(of: Material.wording(1, 6...11)) == ["/moments/0/last_sentence"])
        #expect(faults(of: Material.wording(1, 3...20)) != [])
        #expect(faults(of: Material.wording(1, 3...3)) == ["/moments/0/last_sentence"])
        #expect(faults(of: Material.wording(1, 3...5000)) == ["/moments/0/last_sentence"])
    }

    @Test func `moments that are missing, unknown or told of twice are named`() {
        let first = Material.wording(1, Material.bakeries)
        #expect(read([first]).faults.map(\.detail) == ["moment 2 is missing"])
        #expect(read([first, first]).faults.map(\.pointer).contains("/moments/1/moment"))
        #expect(
            read([first, Material.wording(9, Material.flour)]).faults.map(\.pointer).contains(
                "/moments/1/moment"
            )
        )
        let alone = desk.details(
            Material.details([Material.wording(2, Material.flour)]),
            of: [chosen[0]],
            in: HostedDraft(chosen)
        )
        #expect(alone.values == [])
        #expect(alone.faults.map(\.pointer) == ["/moments/0/moment", "/moments"])
    }

    @Test func `groups hold neighbours`() {
        var limits = HostedLimits()
        limits.momentsPerQuestion = 2
        let desk = Material.desk(limits: limits)
        let chosen = Material.chosen(desk, [Material.starter, Material.flour, Material.bakeries])

        let groups = desk.groups(chosen).map { $0.map(\.sentences) }
        #expect(groups == [[Material.bakeries, Material.flour], [Material.starter]])
    }
}
