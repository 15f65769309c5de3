import Contracts

/// Reads which events somebody wants, and tells what there is to who names something else.
enum EventFilterReader {
    static let patternsMax = 50
    private static let lengthMax = 100

    /// The filter in a member of a body; nil when it is left out.
    static func read(_ body: inout ObjectReader, _ name: String, findings: inout Findings) -> EventFilter? {
        guard let elements = body.array(name, countMax: patternsMax, findings: &findings) else { return nil }
        var patterns: [String] = []
        for (pointer, value) in elements {
            guard
                let text = ObjectReader.string(value, at: pointer, lengthMax: lengthMax, findings: &findings)
            else { continue }
            check(text, at: pointer, findings: &findings)
            patterns.append(text)
        }
        return EventFilter(patterns)
    }

    /// The filter in a query parameter, separated by commas; every event when it is left out.
    static func read(_ query: QueryReader, _ name: String) throws(Problem) -> EventFilter {
        guard let text = query[name] else { return .every }
        let patterns = text.split(separator: ",").map { $0.filter { $0 != " " } }
        var findings = Findings()
        if patterns.isEmpty || patterns.count > patternsMax {
            findings.add("?\(name)", "must have 1 to \(patternsMax) patterns, separated by commas")
        } else {
            for pattern in patterns { check(pattern, at: "?\(name)", findings: &findings) }
        }
        try findings.check()
        return EventFilter(patterns)
    }

    private static func check(_ pattern: String, at pointer: String, findings: inout Findings) {
        guard !EventFilter.isKnown(pattern) else { return }
        findings.add(
            pointer,
            "'\(pattern.prefix(lengthMax))' is no event type; there are "
                + EventFilter.vocabulary.joined(separator: ", "),
            slug: .unknownEventType
        )
    }
}
