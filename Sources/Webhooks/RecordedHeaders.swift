/// The part of an answer's headers that is kept for the endpoint's owner.
///
/// Whatever the endpoint sent, it can be stored as JSON in the database and shown in one line.
enum RecordedHeaders {
    static let countMax = 32
    static let nameBytesMax = 128
    static let valueBytesMax = 512

    /// Never kept: they may hold a session of the receiving system.
    private static let withheld: Set<String> = [
        "set-cookie", "set-cookie2", "authorization", "www-authenticate", "proxy-authenticate",
        "authentication-info",
    ]

    static func select(_ headers: [(name: String, value: String)]) -> [String: String] {
        var kept: [String: String] = [:]
        for header in headers where kept.count < countMax && !withheld.contains(header.name.lowercased()) {
            guard !header.name.isEmpty, header.name.utf8.count <= nameBytesMax, kept[header.name] == nil,
                header.name.unicodeScalars.allSatisfy(isPlain)
            else { continue }
            kept[header.name] = shown(header.value)
        }
        return kept
    }

    /// The beginning, with a mark in place of each character that would break a line or a database's text.
    private static func shown(_ value: String) -> String {
        var shown = String.UnicodeScalarView()
        var bytes = 0
        for scalar in value.unicodeScalars {
            let scalar = isPlain(scalar) ? scalar : "\u{FFFD}"
            bytes += UTF8.width(scalar)
            guard bytes <= valueBytesMax else { break }
            shown.append(scalar)
        }
        return String(shown)
    }

    /// No control character, and none that turns the direction of writing or ends a line.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}
