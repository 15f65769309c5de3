import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Signatures
import Store

/// The `Idempotency-Key` header: bare as most clients send it, or quoted as the draft standard says.
enum IdempotencyKey {
    static let lengthMax = 255

    /// The key of `request`, nil when it has none.
    static func parse(_ request: Request) throws(Problem) -> String? {
        let values = request.headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw problem("is given twice") }
        let isPadded =
            value.utf8.first.map { $0 <= 0x20 } ?? false || value.utf8.last.map { $0 <= 0x20 } ?? false
        let trimmed = isPadded ? value.trimmingCharacters(in: .whitespaces) : value
        let key = trimmed.hasPrefix("\"") ? try unquote(trimmed) : trimmed
        guard !key.isEmpty, key.utf8.count <= lengthMax else {
            throw problem("must have 1 to \(lengthMax) characters")
        }
        guard key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw problem("must be printable ASCII")
        }
        return key
    }

    /// What the store remembers a request by: another body under the same key is refused.
    static func claim(
        _ request: Request,
        body: Data,
        tenantId: String
    ) throws(Problem) -> IdempotencyClaim? {
        guard let key = try parse(request) else { return nil }
        let digest = SHA256Digest()
        let route = "\(request.method.rawValue) \(request.uri.path)"
        digest.update(Array("\(route)\n".utf8))
        digest.update(body)
        return IdempotencyClaim(tenantId: tenantId, key: key, route: route, fingerprint: digest.finish())
    }

    /// A string of Structured Fields (RFC 8941 part 3.3.3).
    private static func unquote(_ text: String) throws(Problem) -> String {
        guard text.utf8.count >= 2, text.hasSuffix("\"") else { throw problem("lacks its closing quote") }
        var plain = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if isEscaped {
                guard character == "\"" || character == "\\" else { throw problem("has a bad escape") }
                plain.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                guard character != "\"" else { throw problem("has a quote in its middle") }
                plain.append(character)
            }
        }
        guard !isEscaped else { throw problem("lacks its closing quote") }
        return plain
    }

    private static func problem(_ detail: String) -> Problem {
        Problem(.invalidRequest, detail: "The Idempotency-Key header \(detail).")
    }
}
