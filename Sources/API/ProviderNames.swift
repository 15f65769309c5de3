import Contracts
package import Editorial
package import Providers

/// The names of the providers that a run may ask for, by need.
package struct ProviderNames: Sendable {
    /// The media worker, whether it came with the gateway or runs elsewhere.
    package static let worker = "worker"

    package var transcription: Set<String> = [worker]
    package var vision: Set<String> = [worker]
    package var render: Set<String> = [worker]
    package var editorial: Set<String> = [EditorialRegistry.embedded]
    /// For each need the names that the gateway would know if it were set up for them, and how that is done.
    package var setUpBy: [Need: [String: String]] = [:]

    /// What a run may choose a provider for.
    package enum Need: String, Sendable, Hashable, CaseIterable {
        case transcription
        case vision
        case render
        case editorial
    }

    package init() {}

    /// Those of the registries, each where it does the work.
    package init(
        _ registry: ProviderRegistry,
        editorial: EditorialRegistry = EditorialRegistry(),
        setUpBy: [Need: [String: String]] = [:]
    ) {
        self.editorial = editorial.names
        self.setUpBy = setUpBy
        transcription = Set(registry.names(performing: .transcribe))
        vision = Set(registry.names(performing: .framing))
        render = Set(registry.names(performing: .render))
    }
}

extension ProviderNames {
    /// The names that are known for a need.
    func known(for need: Need) -> Set<String> {
        switch need {
        case .transcription: transcription
        case .vision: vision
        case .render: render
        case .editorial: editorial
        }
    }

    /// Why a name is refused, and what would help.
    func refusal(of name: String, for need: Need) -> String {
        let names = known(for: need).sorted().joined(separator: ", ")
        if let remedy = setUpBy[need]?[name] {
            return "this gateway is not set up for it: \(remedy), or choose one of: \(names)"
        }
        let isElsewhere = Need.allCases.contains {
            known(for: $0).contains(name) || setUpBy[$0]?[name] != nil
        }
        return isElsewhere
            ? "this provider does other work; known here: \(names)" : "no such provider; known here: \(names)"
    }

    /// Whether any need knows a provider by this name.
    func isKnown(_ name: String) -> Bool { Need.allCases.contains { known(for: $0).contains(name) } }
}
