/// Which providers a piece of work may be given to, in order, and what is made of several.
package struct ProviderRoute: Sendable, Hashable {
    /// Who is asked next.
    package enum Step: Sendable, Hashable {
        /// One alone; `hasFallback` when another one is left after it.
        case ask(String, hasFallback: Bool)
        /// Two at once, of which the better result is kept.
        case race(String, String, hasFallback: Bool)
        /// Nobody is left.
        case exhausted
    }

    /// Each once, the most wanted first.
    package let candidates: [String]
    /// Whether the first two are asked at once.
    package let isRace: Bool

    /// Whom the run asks for; without that those of the language, and without those the standard.
    ///
    /// A language is looked up by its whole tag, then by what comes before its last hyphen, and so on; `*` stands for
    /// any.
    package init(
        asked: [String],
        isRace: Bool = false,
        language: String? = nil,
        byLanguage: [String: [String]] = [:],
        standard: String
    ) {
        let chosen = asked.isEmpty ? Self.lookUp(language, byLanguage) ?? [standard] : asked
        var seen: Set<String> = []
        candidates = chosen.filter { seen.insert($0).inserted }
        self.isRace = isRace
    }

    /// The next step when these have given up, or are not there.
    package func next(without gone: Set<String>) -> Step {
        let left = candidates.filter { !gone.contains($0) }
        guard let first = left.first else { return .exhausted }
        // Who came first of two is known once one of them has given up: nobody races a second time.
        let isFresh = gone.isDisjoint(with: candidates)
        guard isRace, isFresh, left.count > 1 else { return .ask(first, hasFallback: left.count > 1) }
        return .race(first, left[1], hasFallback: left.count > 2)
    }

    private static func lookUp(_ language: String?, _ byLanguage: [String: [String]]) -> [String]? {
        let known = Dictionary(
            byLanguage.filter { !$0.value.isEmpty }.map { ($0.key.lowercased(), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        var tag = language?.lowercased()
        while let current = tag {
            if let found = known[current] { return found }
            tag = current.lastIndex(of: "-").map { String(current[..<$0]) }
        }
        return known["*"]
    }
}
