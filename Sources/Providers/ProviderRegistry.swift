package import Contracts

/// The providers of one gateway, by name.
package struct ProviderRegistry: Sendable {
    private let providers: [String: any Provider]
    /// Takes what no run chose a provider for.
    package let standard: String

    /// The first one is the standard.
    package init(_ standard: any Provider, _ others: [any Provider] = []) {
        self.standard = standard.name
        providers = Dictionary(
            ([standard] + others).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package subscript(name: String) -> (any Provider)? { providers[name] }

    package var names: [String] { providers.keys.sorted() }

    /// The names of those that do work of a kind.
    package func names(performing kind: ProviderTask.Kind) -> [String] {
        providers.values.filter { $0.performs(kind) }.map(\.name).sorted()
    }
}
