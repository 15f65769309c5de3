/// The part of an answer's headers that is kept for the endpoint's owner.
enum RecordedHeaders {
    private static let countMax = 32
    private static let valueBytesMax = 512

    /// Never kept: they may hold a session of the receiving system.
    private static let withheld: Set<String> = [
        "set-cookie", "set-cookie2", "authorization", "www-authenticate",
    ]

    static func select(_ headers: [(name: String, value: String)]) -> [String: String] {
        var kept: [String: String] = [:]
        for header in headers where kept.count < countMax && !withheld.contains(header.name) {
            guard header.name.utf8.count <= 128, kept[header.name] == nil else { continue }
            kept[header.name] = String(header.value.prefix(valueBytesMax))
        }
        return kept
    }
}
