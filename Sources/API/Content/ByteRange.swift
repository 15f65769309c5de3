/// One part of some content, as the `Range` header asks for it (RFC 9110 part 14).
enum ByteRange: Equatable, Sendable {
    /// No range, or one that may be ignored: several parts, or another unit.
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    static func parse(_ header: String?, size: Int64) -> ByteRange {
        guard let header else { return .whole }
        let trimmed = header.filter { $0 != " " }.lowercased()
        guard trimmed.hasPrefix("bytes="), !trimmed.contains(",") else { return .whole }
        let bounds = trimmed.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return .whole }
        switch (number(bounds[0]), number(bounds[1])) {
        case (.value(let first), .value(let last)):
            guard first <= last else { return .whole }
            guard first < size else { return .unsatisfiable }
            return .part(first..<min(last, size - 1) + 1)
        case (.value(let first), .none):
            return first < size ? .part(first..<size) : .unsatisfiable
        case (.none, .value(let suffix)):
            return suffix > 0 && size > 0 ? .part(max(0, size - suffix)..<size) : .unsatisfiable
        default: return .whole
        }
    }

    private enum Number {
        case none
        case value(Int64)
        case bad
    }

    private static func number(_ text: Substring) -> Number {
        guard !text.isEmpty else { return .none }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .bad
        }
        // A number beyond 64 bits is simply beyond the end.
        return .value(Int64(text).map { min($0, Int64.max - 1) } ?? Int64.max - 1)
    }
}
