import Contracts
import Foundation
import Hummingbird

/// The parameters of a query string; whatever a route does not know is refused.
struct QueryReader {
    private var values: [String: String] = [:]

    /// Takes the query of `request`, of which only `known` names may appear, each once.
    init(_ request: Request, known: Set<String>) throws(Problem) {
        var findings = Findings()
        for (key, value) in request.uri.queryParameters {
            let name = String(key)
            if !known.contains(name) {
                findings.add("?\(name.prefix(40))", "is not a parameter that is known here")
            } else if values[name] != nil {
                findings.add("?\(name)", "is given twice")
            } else if value.utf8.contains(0) {
                // Postgres takes it in no text.
                findings.add("?\(name)", "has a zero character")
            }
            values[name] = String(value)
        }
        try findings.check()
    }

    subscript(_ name: String) -> String? { values[name] }

    /// A whole number within bounds.
    func integer(
        _ name: String,
        in range: ClosedRange<Int64>,
        default fallback: Int64
    ) throws(Problem) -> Int64 {
        guard let text = values[name] else { return fallback }
        guard let number = Int64(text), range.contains(number) else {
            throw Self.problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        as type: Word.Type
    ) throws(Problem) -> Word? where Word.RawValue == String {
        guard let text = values[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Self.problem(name, "must be one of \(words)")
        }
        return word
    }

    /// A time, such as `2026-11-24T09:00:00Z`.
    func time(_ name: String) throws(Problem) -> Date? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp.readable(text) else {
            throw Self.problem(name, "must be a time such as 2026-11-24T09:00:00Z")
        }
        return time
    }

    /// The page that a list is asked for: 25 lines unless told, 100 at most.
    var page: (limit: Int, after: String?) {
        get throws(Problem) {
            let limit = try integer("limit", in: 1...100, default: 25)
            if let after = values["after"], !Self.isCursor(after) {
                throw Self.problem("after", "is not a cursor of this list")
            }
            return (Int(limit), values["after"])
        }
    }

    static func problem(_ name: String, _ detail: String) -> Problem {
        let error = Problem.Detail(pointer: "?\(name)", detail: detail)
        return Problem(.invalidRequest, detail: "The parameter '\(name)' \(detail).", errors: [error])
    }

    /// Cursors are ids, numbers or base64url: never anything else.
    private static func isCursor(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }
}
