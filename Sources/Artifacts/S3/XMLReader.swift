/// Reads the plain XML that object stores answer with, within limits.
///
/// It knows elements, text and the five entities. A document type is refused, and with it every entity that could
/// grow; attributes are passed over.
struct XMLReader {
    static let depthMax = 8
    static let elementsMax = 50_000

    private var rest: Substring.UTF8View
    private var elements = 0

    /// The root element; nil when `bytes` are anything but one whole document of the plain kind.
    static func read(_ bytes: [UInt8]) -> XMLNode? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = XMLReader(rest: Substring(text).utf8)
        reader.skipSpace()
        if reader.skip("<?xml") {
            guard reader.take(until: "?>") != nil else { return nil }
            reader.skipSpace()
        }
        guard reader.skip("<"), let root = reader.element(depth: 1) else { return nil }
        reader.skipSpace()
        return reader.rest.isEmpty ? root : nil
    }

    private init(rest: Substring.UTF8View) { self.rest = rest }

    /// Reads on behind the `<` of an element.
    private mutating func element(depth: Int) -> XMLNode? {
        elements += 1
        guard depth <= Self.depthMax, elements <= Self.elementsMax else { return nil }
        guard var tag = take(until: ">"), let first = tag.first, Self.isNameByte(first) else { return nil }
        let isEmpty = tag.last == UInt8(ascii: "/")
        if isEmpty { tag = tag.dropLast() }
        let name = tag.prefix { !Self.isSpace($0) }
        guard name.allSatisfy(Self.isNameByte) else { return nil }
        var node = XMLNode(name: Self.localName(name))
        guard !isEmpty else { return node }
        while true {
            guard let text = take(until: "<"), let plain = Self.plain(text) else { return nil }
            node.text += plain
            if skip("/") {
                guard let end = take(until: ">") else { return nil }
                return end.elementsEqual(name) ? node : nil
            }
            // Comments, sections and types begin with a mark that is no name, and end the reading.
            guard let child = element(depth: depth + 1) else { return nil }
            node.children.append(child)
        }
    }

    private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

    private mutating func skip(_ mark: StaticString) -> Bool {
        let mark = mark.description.utf8
        guard rest.starts(with: mark) else { return false }
        rest = rest.dropFirst(mark.count)
        return true
    }

    /// What comes before `mark`, which is passed over too.
    private mutating func take(until mark: StaticString) -> Substring.UTF8View? {
        let mark = Array(mark.description.utf8)
        var index = rest.startIndex
        while let found = rest[index...].firstIndex(of: mark[0]) {
            if rest[found...].starts(with: mark) {
                let taken = rest[..<found]
                rest = rest[found...].dropFirst(mark.count)
                return taken
            }
            index = rest.index(after: found)
        }
        return nil
    }

    /// Text with its entities undone; nil when one is unknown.
    private static func plain(_ text: Substring.UTF8View) -> String? {
        guard text.contains(UInt8(ascii: "&")) else { return String(text) }
        var pieces = String(Substring(text)).split(separator: "&", omittingEmptySubsequences: false)
        var plain = String(pieces.removeFirst())
        for piece in pieces {
            guard let end = piece.firstIndex(of: ";"), let character = character(of: piece[..<end]) else {
                return nil
            }
            plain += character
            plain += piece[piece.index(after: end)...]
        }
        return plain
    }

    private static func character(of entity: Substring) -> String? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard entity.hasPrefix("#"), entity.utf8.count <= 9 else { return nil }
        let isHex = entity.hasPrefix("#x")
        let digits = entity.dropFirst(isHex ? 2 : 1)
        guard let number = UInt32(digits, radix: isHex ? 16 : 10) else { return nil }
        return Unicode.Scalar(number).map { String(Character($0)) }
    }

    private static func localName(_ name: Substring.UTF8View) -> String {
        let text = Substring(name)
        return String(text.split(separator: ":").last ?? text)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
