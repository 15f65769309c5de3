/// Providers in order of preference; one stands for itself on the wire, several as a list.
package struct ProviderPreference: Codable, Sendable, Hashable {
    package static let namesMax = 5
    package var names: [String]

    package init(_ names: [String]) { self.names = names }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let name = try? value.decode(String.self) {
            names = [name]
        } else {
            names = try value.decode([String].self)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if names.count == 1 { try value.encode(names[0]) } else { try value.encode(names) }
    }
}

extension ProviderPreference: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init([name]) }
}

/// What is made of several providers for one piece of work.
package enum ProviderPick: String, Codable, Sendable, Hashable, CaseIterable {
    /// The next one is asked when one has given up for good.
    case first
    /// The first two are asked at once, and the better result is kept.
    case best
}
