import Foundation

/// Finds the members of a document whose name their object has already.
///
/// What such a document means differs from reader to reader (RFC 8259 part 4), so none of it is believed. The document is
/// one that the coder has read, hence well formed.
struct RepeatedNames {
    /// An object or array that is not at its end yet.
    private struct Level {
        let isObject: Bool
        var seen: Set<String> = []
        /// Of an object: the name that was read last.
        var name = ""
        /// Of an array: the number of the element.
        var index = 0
    }

    /// A hostile body could be told of a hundred times over.
    private static let pointerLengthMax = 1_000

    private let bytes: [UInt8]
    private var position = 0
    private var levels: [Level] = []
    /// Whether the next string is a name, not a value.
    private var isAtName = false

    /// The pointers (RFC 6901) of members that are there again, as they come, at most as many as are told.
    static func find(in data: Data) -> [String] {
        var reader = RepeatedNames(bytes: [UInt8](data))
        return reader.find()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func find() -> [String] {
        var found: [String] = []
        while position < bytes.count, found.count < Findings.countMax {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"):
                levels.append(Level(isObject: true))
                isAtName = true
            case UInt8(ascii: "["): levels.append(Level(isObject: false))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                isAtName = false
            case UInt8(ascii: ","): passComma()
            case UInt8(ascii: "\""):
                let text = string()
                if isAtName, !take(name: text) { found.append(pointer) }
                isAtName = false
            default: break
            }
        }
        return found
    }

    private mutating func passComma() {
        guard let last = levels.indices.last else { return }
        isAtName = levels[last].isObject
        levels[last].index += 1
    }

    /// Passes a string whose first quote is passed already; nil where only its end is of interest.
    private mutating func string() -> String? {
        let start = position
        var hasEscape = false
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
            }
            position += 1
        }
        let end = min(position, bytes.count)
        position += 1
        guard isAtName else { return nil }
        guard hasEscape else { return String(decoding: bytes[start..<end], as: UTF8.self) }
        let quoted = Data([UInt8(ascii: "\"")] + bytes[start..<end] + [UInt8(ascii: "\"")])
        return try? JSONDecoder().decode(String.self, from: quoted)
    }

    /// False when the innermost object has the name already.
    private mutating func take(name: String?) -> Bool {
        guard let name, let last = levels.indices.last else { return true }
        levels[last].name = name
        return levels[last].seen.insert(name).inserted
    }

    /// Where the member is whose name was taken last; names without end are cut short.
    private var pointer: String {
        let parts = levels.map { $0.isObject ? ObjectReader.pointer(to: $0.name, in: "") : "/\($0.index)" }
        return String(parts.joined().prefix(Self.pointerLengthMax))
    }
}
