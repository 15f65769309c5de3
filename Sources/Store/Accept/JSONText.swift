import Contracts
import Foundation

/// JSON of strings as `WireJSON` writes it, without a coder where there is nothing to it.
enum JSONText {
    static func string(_ text: String) throws -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 }) else {
            return String(decoding: try WireJSON.encode(text), as: UTF8.self)
        }
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            return "\"\(text)\""
        }
        // By bytes: a quote is no character of its own when a combining one comes after it.
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    static func object(_ members: [String: String]) throws -> String {
        guard !members.isEmpty else { return "{}" }
        // The coder has an order of its own for what is not plain.
        guard members.keys.allSatisfy({ $0.utf8.allSatisfy(isPlain) }) else {
            return String(decoding: try WireJSON.encode(members), as: UTF8.self)
        }
        let texts = try members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(try string($0.value))" }
        return "{\(texts.joined(separator: ","))}"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
