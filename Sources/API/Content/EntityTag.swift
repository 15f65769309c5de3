/// Strong entity tags made of a SHA-256.
enum EntityTag {
    static func value(sha256: String) -> String { "\"\(sha256)\"" }

    /// Whether an `If-None-Match` header names this tag; weak forms of it count too.
    static func matches(_ header: String?, tag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { part in
            let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let text = String(trimmed)
            return text == "*" || text == tag || text == "W/\(tag)"
        }
    }

    /// Whether an `If-Match` header lets a request on this content through; weak tags never do (RFC 9110 13.1.1).
    static func allows(_ header: String?, tag: String) -> Bool {
        guard let header else { return true }
        return header.split(separator: ",").contains { part in
            let text = part.trimmingPrefix { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            return String(text) == tag || String(text) == "*"
        }
    }
}
