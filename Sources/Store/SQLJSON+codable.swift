import Contracts
import Foundation
import Postgres

extension SQLJSON {
    /// The JSON of a value, as contracts write it.
    init(encoding value: some Encodable) throws {
        self.init(String(decoding: try WireJSON.encode(value), as: UTF8.self))
    }

    /// The JSON of a value, or NULL.
    static func optional(_ value: (some Encodable)?) throws -> SQLJSON? {
        try value.map { try SQLJSON(encoding: $0) }
    }
}

extension Row {
    /// The value of a JSON column that is not NULL.
    func json<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        try WireJSON.decode(type, from: Data(try get(column, as: SQLJSON.self).text.utf8))
    }

    /// The value of a JSON column, or nil.
    func optionalJSON<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let json = try get(column, as: SQLJSON?.self) else { return nil }
        return try WireJSON.decode(type, from: Data(json.text.utf8))
    }

    /// The bytes of a column that is not NULL.
    func data(_ column: String) throws -> Data {
        Data(try get(column, as: SQLBytes.self).bytes)
    }
}

extension SQLBytes {
    init(_ data: Data) {
        self.init([UInt8](data))
    }
}
