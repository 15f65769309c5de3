package import Foundation

/// A JSON document as it came, so that everything wrong with it can be told at once.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// How a person names the kind.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([String: JSONValue].self) {
            self = .object(value)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    /// A document in which an object has a name more than once, at these pointers.
    package struct Repeated: Error, Hashable {
        package let pointers: [String]
    }

    /// Reads a document, and throws `Repeated` when it could be understood in more than one way.
    package init(parsing data: Data) throws {
        if let plain = PlainJSONReader.read(data) {
            self = plain
            return
        }
        // The coder takes other encodings of text too, which no reader after it expects.
        guard !data.contains(0) else { throw NotUTF8() }
        let value = try JSONValue(decoding: data)
        let pointers = RepeatedNames.find(in: data)
        guard pointers.isEmpty else { throw Repeated(pointers: pointers) }
        self = value
    }

    private struct NotUTF8: Error {}

    /// Reads a document by the coder, which throws for each kind that a value is not of.
    init(decoding data: Data) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: data)
    }
}
