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
        guard let time = Timestamp.parse(text) else { throw Self.problem(name, Self.timeAdvice) }
        return time
    }

    static let timeAdvice = "must be a time that there is, written as 2026-11-24T09:00:00Z"

    /// The times `since` and `until`, of which each may be left out.
    var period: (since: Date?, until: Date?) {
        get throws(Problem) {
            let (since, until) = (try time("since"), try time("until"))
            if let since, let until, until <= since {
                throw Self.problem("until", "must be later than 'since'")
            }
            return (since, until)
        }
    }

    /// The id of an object of one kind.
    func id(_ name: String, of prefix: ResourceID.Prefix) throws(Problem) -> String? {
        guard let text = values[name] else { return nil }
        guard ResourceID.isValid(text, prefix) else {
            throw Self.problem(name, "must be an id such as \(Self.example(prefix))")
        }
        return text
    }

    /// The page that a list of such objects is asked for: 25 lines unless told, 100 at most.
    ///
    /// The cursor is the id of the last object that was seen.
    func page(of prefix: ResourceID.Prefix) throws(Problem) -> (limit: Int, after: String?) {
        let limit = try integer("limit", in: 1...100, default: 25)
        let after = values["after"]
        if let after, !ResourceID.isValid(after, prefix) {
            throw Self.problem(
                "after",
                "must be the 'next' of an earlier page of this list, such as \(Self.example(prefix))"
            )
        }
        return (Int(limit), after)
    }

    private static func example(_ prefix: ResourceID.Prefix) -> String {
        "\(prefix.rawValue)_01jdf8w3n7q2k5m9x4c6v8b0az"
    }

    static func problem(_ name: String, _ detail: String) -> Problem {
        let error = Problem.Detail(pointer: "?\(name)", detail: detail)
        return Problem(.invalidRequest, detail: "The parameter '\(name)' \(detail).", errors: [error])
    }
}
