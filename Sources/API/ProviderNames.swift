import Contracts
package import Providers

/// The names of the providers that a run may ask for, by need.
package struct ProviderNames: Sendable {
    /// The media worker, whether it came with the gateway or runs elsewhere.
    package static let worker = "worker"
    /// The editorial model that is part of the gateway.
    package static let embeddedEditorial = "embedded"

    package var transcription: Set<String> = [worker]
    package var vision: Set<String> = [worker]
    package var render: Set<String> = [worker]
    package var editorial: Set<String> = [embeddedEditorial]

    package init() {}

    /// Those of a registry, each where it does the work.
    package init(_ registry: ProviderRegistry) {
        transcription = Set(registry.names(performing: .transcribe))
        vision = Set(registry.names(performing: .framing))
        render = Set(registry.names(performing: .render))
    }
}

extension ProviderNames {
    /// Whether any need knows a provider by this name.
    func isKnown(_ name: String) -> Bool {
        [transcription, vision, render, editorial].contains { $0.contains(name) }
    }
}
