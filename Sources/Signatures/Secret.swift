/// A key or a password that somebody gave us: printing it shows nothing of it.
package struct Secret: HiddenKey, Hashable, Sendable {
    package static let prefix = ""

    private let text: String

    package init(_ text: String) { self.text = text }

    /// The secret itself: the one way to its text.
    package func reveal() -> String { text }

    /// Whether `other` is the same text; takes the same time wherever the two differ.
    package func matches(_ other: String) -> Bool {
        !text.isEmpty && ConstantTime.equals(text, other)
    }

    package static func == (left: Secret, right: Secret) -> Bool {
        ConstantTime.equals(left.text, right.text)
    }
}
