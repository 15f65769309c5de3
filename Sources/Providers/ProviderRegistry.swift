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
}
