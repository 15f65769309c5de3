package import Foundation

/// RFC 3339 times in UTC with milliseconds, the only form on the wire: `2026-11-24T09:00:00.000Z`.
package enum Timestamp {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    package static func format(_ date: Date) -> String {
        // Rounded first: the style truncates, which would lose a millisecond to binary fractions.
        let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
        return Date(timeIntervalSince1970: milliseconds / 1_000 + 0.000_1).formatted(style)
    }
}
