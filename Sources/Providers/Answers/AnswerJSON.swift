import Contracts
import Foundation

/// Reads JSON that came from a provider, and says in plain words what is wrong with what is none.
enum AnswerJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(AnswerFault) -> Value {
        try read(bytes) { try JSONDecoder().decode(type, from: $0) }
    }

    /// The same of JSON as our own contracts write it.
    static func decodeWire<Value: Decodable>(
        _ type: Value.Type,
        _ bytes: [UInt8]
    ) throws(AnswerFault) -> Value {
        try read(bytes) { try WireJSON.decode(type, from: $0) }
    }

    private static func read<Value>(
        _ bytes: [UInt8],
        _ decode: (Data) throws -> Value
    ) throws(AnswerFault) -> Value {
        guard let first = bytes.first(where: { !isSpace($0) }) else { throw AnswerFault("it is empty") }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            throw AnswerFault(first == UInt8(ascii: "<") ? "it is a web page, not JSON" : "it is not JSON")
        }
        do {
            return try decode(Data(bytes))
        } catch let error as DecodingError {
            throw AnswerFault(reason(error))
        } catch {
            throw AnswerFault("it cannot be read")
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0a, 0x0d].contains(byte)
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "'\(place(context.codingPath + [key]))' is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            "'\(place(context.codingPath))' is of another type than it should be"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is broken or cut off JSON" : "'\(place(context.codingPath))' cannot be read"
        @unknown default: "it cannot be read"
        }
    }

    /// `words.3.start`: names of ours and numbers, so nothing of the answer's content.
    private static func place(_ path: [any CodingKey]) -> String {
        path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
