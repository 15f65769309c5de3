import ArgumentParser
import Foundation
import Signatures

/// The headers of a request as somebody kept them.
enum KeptHeaders {
    /// Reads lines `name: value`, as a log or a dump has them, or a JSON object; what is no header is left out.
    ///
    /// A name that comes twice is refused, since servers differ in which one they take.
    static func parse(_ bytes: [UInt8]) throws -> WebhookHeaders {
        let text = String(decoding: bytes, as: UTF8.self)
        let isObject = text.drop(while: \.isWhitespace).first == "{"
        let pairs = isObject ? try object(bytes) : lines(text)
        var found: [String: String] = [:]
        for (name, value) in pairs where names.contains(name) {
            guard found.updateValue(value, forKey: name) == nil else {
                throw ValidationError("the header '\(name)' is there twice")
            }
        }
        return WebhookHeaders(
            id: found[WebhookHeaders.idName],
            timestamp: found[WebhookHeaders.timestampName],
            signature: found[WebhookHeaders.signatureName]
        )
    }

    private static let names: Set<String> = [
        WebhookHeaders.idName, WebhookHeaders.timestampName, WebhookHeaders.signatureName,
    ]

    private static func lines(_ text: String) -> [(String, String)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            return (halves[0].trimmed.lowercased(), String(halves[1].trimmed))
        }
    }

    private static func object(_ bytes: [UInt8]) throws -> [(String, String)] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw ValidationError("the headers are neither lines 'name: value' nor a JSON object")
        }
        return object.compactMap { name, value in (value as? String).map { (name.lowercased(), $0) } }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let front = drop(while: \.isWhitespace)
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return front[...last]
    }
}
