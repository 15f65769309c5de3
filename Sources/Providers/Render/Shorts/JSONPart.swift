import Foundation

/// JSON as it is put together for a provider whose requests have more members than types are worth.
enum JSONPart: Sendable, Hashable {
    case null
    case bool(Bool)
    case whole(Int)
    case number(Double)
    case text(String)
    case list([JSONPart])
    case members([String: JSONPart])

    static func optional(_ value: Int?) -> JSONPart { value.map(JSONPart.whole) ?? .null }

    static func optional(_ value: String?) -> JSONPart { value.map(JSONPart.text) ?? .null }

    /// With members in the order of their names.
    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}

extension JSONPart: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .members(let values): try container.encode(values)
        }
    }
}

extension JSONPart: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }

    init(integerLiteral value: Int) { self = .whole(value) }

    init(floatLiteral value: Double) { self = .number(value) }

    init(booleanLiteral value: Bool) { self = .bool(value) }

    init(nilLiteral: ()) { self = .null }

    init(arrayLiteral elements: JSONPart...) { self = .list(elements) }

    init(dictionaryLiteral elements: (String, JSONPart)...) {
        self = .members(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
