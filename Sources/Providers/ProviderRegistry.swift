package import Contracts
package import Pipeline

/// The providers of one gateway, by name.
package struct ProviderRegistry: Sendable {
    private let providers: [String: any Provider]
    private let limits: [String: ProviderLimits]
    /// Takes what no run chose a provider for.
    package let standard: String

    /// The first one is the standard; `limits` are by name.
    package init(
        _ standard: any Provider,
        _ others: [any Provider] = [],
        limits: [String: ProviderLimits] = [:]
    ) {
        self.limits = limits
        self.standard = standard.name
        providers = Dictionary(
            ([standard] + others).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package subscript(name: String) -> (any Provider)? { providers[name] }

    /// What a provider may be given.
    package func limits(of name: String) -> ProviderLimits { limits[name] ?? .none }

    /// How many tasks each provider may have at once, where that is limited.
    package var places: [String: Int] { limits.compactMapValues(\.concurrency) }

    package var names: [String] { providers.keys.sorted() }

    /// The names of those that do work of a kind.
    package func names(performing kind: ProviderTask.Kind) -> [String] {
        providers.values.filter { $0.performs(kind) }.map(\.name).sorted()
    }
}
