import Foundation

/// The query of a callback's address: some providers say there what happened.
package struct CallbackQuery: Sendable, Hashable {
    /// Longest query that is read; the rest of a longer one counts for nothing.
    package static let bytesMax = 2_048
    /// As it stood in the address, without the question mark.
    package let text: String

    package init(_ text: String) {
        self.text = String(decoding: text.utf8.prefix(Self.bytesMax), as: UTF8.self)
    }

    /// The first value of that name, decoded; nil where it is not there or is no UTF-8.
    ///
    /// Some providers add theirs to an address that has a query by one more question mark.
    package subscript(name: String) -> String? {
        for item in text.split(whereSeparator: { $0 == "&" || $0 == "?" }) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard Self.decoded(parts[0]) == name else { continue }
            return parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
        return nil
    }

    private static func decoded(_ part: Substring) -> String? {
        String(part.replacing("+", with: " ")).removingPercentEncoding
    }
}
