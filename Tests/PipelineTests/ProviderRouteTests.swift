import Pipeline
import StudioSupport
import Testing

@Suite struct ProviderRouteTests {
    private static let names = ["a", "b", "c", "d"]

    private func route(
        _ asked: [String],
        isRace: Bool = false,
        language: String? = nil,
        byLanguage: [String: [String]] = [:]
    ) -> ProviderRoute {
        ProviderRoute(
            asked: asked,
            isRace: isRace,
            language: language,
            byLanguage: byLanguage,
            standard: "worker"
        )
    }

    @Test func `who asks for nobody gets those of the language, then the standard`() {
        let configured = ["pt": ["a", "b"], "pt-BR": ["c"], "*": ["d"], "de": []]
        #expect(route([], language: "pt-BR", byLanguage: configured).candidates == ["c"])
        #expect(route([], language: "PT-pt", byLanguage: configured).candidates == ["a", "b"])
        #expect(route([], language: "ja", byLanguage: configured).candidates == ["d"])
        // A language without providers is as good as none.
        #expect(route([], language: "de", byLanguage: configured).candidates == ["d"])
        #expect(route([], byLanguage: configured).candidates == ["d"])
        #expect(route([], language: "ja", byLanguage: ["pt": ["a"]]).candidates == ["worker"])
        #expect(route(["b"], language: "pt", byLanguage: configured).candidates == ["b"])
    }

    @Test func `one after the other is asked, and the last has nobody behind it`() {
        let route = route(["a", "b", "a"])
        #expect(route.candidates == ["a", "b"])
        #expect(route.next(without: []) == .ask("a", hasFallback: true))
        #expect(route.next(without: ["a"]) == .ask("b", hasFallback: false))
        #expect(route.next(without: ["a", "b"]) == .exhausted)
    }

    @Test func `two race once`() {
        let route = route(["a", "b", "c"], isRace: true)
        #expect(route.next(without: []) == .race("a", "b", hasFallback: true))
        #expect(route.next(without: ["a"]) == .ask("b", hasFallback: true))
        #expect(route.next(without: ["a", "b"]) == .ask("c", hasFallback: false))
        #expect(self.route(["a"], isRace: true).next(without: []) == .ask("a", hasFallback: false))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever gives up, nobody is asked twice and all are asked in order`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let asked = (0..<Int.random(in: 1...6, using: &generator)).compactMap { _ in
            Self.names.randomElement(using: &generator)
        }
        let route = route(asked, isRace: Bool.random(using: &generator))
        var gone: Set<String> = []
        var order: [String] = []
        for _ in 0..<10 {
            switch route.next(without: gone) {
            case .exhausted:
                #expect(order == route.candidates)
                return
            case .ask(let name, let hasFallback):
                order.append(name)
                gone.insert(name)
                #expect(hasFallback == (order.count < route.candidates.count))
            case .race(let first, let second, let hasFallback):
                #expect(order.isEmpty && first != second)
                order += [first, second]
                gone.formUnion([first, second])
                #expect(hasFallback == (route.candidates.count > 2))
            }
        }
        Issue.record("the route does not end")
    }
}
