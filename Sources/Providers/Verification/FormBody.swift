import Foundation

/// The fields of an HTML form as it is posted: `multipart/form-data` (RFC 7578) or `application/x-www-form-urlencoded`.
struct FormBody: Sendable {
    static let fieldsMax = 32
    static let boundaryBytesMax = 70
    private var fields: [(name: String, value: [UInt8])] = []

    init(_ body: [UInt8], contentType: String) throws(CallbackDoubt) {
        let parts = contentType.split(separator: ";").map { $0.trimmed }
        switch parts.first?.lowercased() {
        case "application/x-www-form-urlencoded": try readPairs(body)
        case "multipart/form-data":
            let named = parts.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
            let boundary = (named?.dropFirst("boundary=".count)).map(Self.unquoted) ?? ""
            guard (1...Self.boundaryBytesMax).contains(boundary.utf8.count) else {
                throw CallbackDoubt("the form has no boundary")
            }
            try readParts(body, boundary: Array(boundary.utf8))
        default: throw CallbackDoubt("the body is no form")
        }
    }

    /// The value of a field that has to be there once.
    func single(_ name: String) throws(CallbackDoubt) -> [UInt8] {
        let found = fields.filter { $0.name == name }
        guard let field = found.first, !field.value.isEmpty else {
            throw CallbackDoubt("field '\(name)' is missing")
        }
        guard found.count == 1 else { throw CallbackDoubt("field '\(name)' is repeated") }
        return field.value
    }

    private mutating func add(_ name: String, _ value: [UInt8]) throws(CallbackDoubt) {
        guard fields.count < Self.fieldsMax else { throw CallbackDoubt("the form has too many fields") }
        fields.append((name, value))
    }

    private mutating func readPairs(_ body: [UInt8]) throws(CallbackDoubt) {
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = Self.decoded(halves[0]),
                let value = Self.decoded(halves.count > 1 ? halves[1] : [])
            else { throw CallbackDoubt("the form is malformed") }
            try add(name, Array(value.utf8))
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        String(decoding: bytes, as: UTF8.self).replacing("+", with: " ").removingPercentEncoding
    }

    /// Reads each part from one delimiter line to the next.
    private mutating func readParts(_ body: [UInt8], boundary: [UInt8]) throws(CallbackDoubt) {
        let malformed = CallbackDoubt("the form is malformed")
        let delimiter = Array("\r\n--".utf8) + boundary
        let headEnd = Array("\r\n\r\n".utf8)
        // The first delimiter may begin the body; with a line break before it, it looks like the others.
        var rest = (Array("\r\n".utf8) + body)[...]
        guard let first = rest.firstRange(of: delimiter) else { throw malformed }
        rest = rest[first.upperBound...]
        while !rest.starts(with: Array("--".utf8)) {
            guard rest.starts(with: Array("\r\n".utf8)), let end = rest.firstRange(of: delimiter) else {
                throw malformed
            }
            let part = rest[..<end.lowerBound]
            guard let head = part.firstRange(of: headEnd) else { throw malformed }
            if let name = Self.fieldName(String(decoding: part[..<head.lowerBound], as: UTF8.self)) {
                try add(name, Array(part[head.upperBound...]))
            }
            rest = rest[end.upperBound...]
        }
    }

    /// The name in `Content-Disposition: form-data; name="..."`.
    private static func fieldName(_ head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for item in line.split(separator: ";").dropFirst() {
                let item = item.trimmed
                if item.lowercased().hasPrefix("name=") { return unquoted(item.dropFirst("name=".count)) }
            }
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String {
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        return String(isQuoted ? text.dropFirst().dropLast() : text)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let last = lastIndex(where: { !isSpace($0) }) else { return "" }
        return self[...last].drop(while: isSpace)
    }
}
