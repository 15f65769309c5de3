/// A published version of a style as a client names it: by its number, or by a label such as `3.2.1`.
package enum StyleReference: Codable, Sendable, Hashable {
    case number(Int)
    case label(String)

    /// The longest label, in bytes.
    package static let labelBytesMax = 64

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .label(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .label(let label): try container.encode(label)
        }
    }
}
