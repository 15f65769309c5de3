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
    /// Names that the gateway would know if it were set up for them, each with how that is done.
    package var setUpBy: [String: String] = [:]

    package init() {}

    /// Those of the registries, each where it does the work.
    package init(
        _ registry: ProviderRegistry,
        editorial: EditorialRegistry = EditorialRegistry(),
        setUpBy: [String: String] = [:]
    ) {
        self.editorial = editorial.names
        self.setUpBy = setUpBy
        transcription = Set(registry.names(performing: .transcribe))
        vision = Set(registry.names(performing: .framing))
        render = Set(registry.names(performing: .render))
    }
}

extension ProviderNames {
    /// Why a name is refused, and what would help.
    func refusal(of name: String, known: Set<String>) -> String {
        let names = known.sorted().joined(separator: ", ")
        guard let remedy = setUpBy[name] else { return "no such provider; known here: \(names)" }
        return "this gateway is not set up for it: \(remedy), or choose one of: \(names)"
    }

    /// Whether any need knows a provider by this name.
    func isKnown(_ name: String) -> Bool {
        [transcription, vision, render, editorial].contains { $0.contains(name) }
    }
}
