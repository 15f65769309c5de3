/// Which events somebody wants: types, groups such as `run.*`, or `*` for all.
package struct EventFilter: Sendable, Hashable {
    /// As it was written, each pattern once; none means all.
    package let patterns: [String]

    package static let every = EventFilter([])

    /// Takes patterns that are known.
    package init(_ patterns: [String]) {
        var seen: Set<String> = []
        self.patterns = patterns.filter { seen.insert($0).inserted }
    }

    package var isEvery: Bool { patterns.isEmpty || patterns.contains("*") }

    package func matches(_ type: String) -> Bool {
        isEvery || patterns.contains(type) || patterns.contains(Self.group(of: type))
    }

    /// The patterns with all the types that they stand for, in the order of the catalog; empty for every type.
    ///
    /// A type that comes with a later version is found by its group.
    package var expanded: [String] {
        isEvery ? [] : types + patterns.filter { $0.hasSuffix(".*") }
    }

    /// The types that it stands for, in the order of the catalog.
    package var types: [String] { EventType.allCases.map(\.rawValue).filter(matches) }

    /// Whether `pattern` stands for at least one type.
    package static func isKnown(_ pattern: String) -> Bool { known.contains(pattern) }

    /// Everything that a filter may name, for those who misspelled it.
    package static let vocabulary: [String] = {
        var groups: [String] = []
        for type in EventType.allCases where !groups.contains(type.groupPattern) {
            groups.append(type.groupPattern)
        }
        return EventType.allCases.map(\.rawValue) + groups + ["*"]
    }()

    private static let known = Set(vocabulary)

    static func group(of type: String) -> String { "\(type.prefix { $0 != "." }).*" }
}

extension EventType {
    /// The pattern that stands for it and its like: `run.*` for `run.started`.
    package var groupPattern: String { EventFilter.group(of: rawValue) }
}
