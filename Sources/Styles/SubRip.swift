package import Contracts

/// Captions as a SubRip file.
package enum SubRip {
    package static func script(_ pages: [CaptionPage]) -> String {
        pages.enumerated().map { index, page in
            let text = page.words.map(\.text).joined(separator: " ").replacing("-->", with: "→")
            return "\(index + 1)\n\(time(page.startMs)) --> \(time(page.endMs))\n\(text)\n"
        }
        .joined(separator: "\n")
    }

    private static func time(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1_000
        return [
            padded(seconds / 3_600, 2), padded(seconds / 60 % 60, 2),
            "\(padded(seconds % 60, 2)),\(padded(milliseconds % 1_000, 3))",
        ]
        .joined(separator: ":")
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
