/// Shape of a rendition.
package enum AspectRatio: String, Codable, Sendable, Hashable, CaseIterable {
    case portrait = "9:16"
    case square = "1:1"
    case landscape = "16:9"

    package var width: Int {
        switch self {
        case .portrait, .square: 1_080
        case .landscape: 1_920
        }
    }

    package var height: Int {
        switch self {
        case .portrait: 1_920
        case .square, .landscape: 1_080
        }
    }

    /// The ratio as a part of a file name: `9x16`.
    package var slug: String { rawValue.replacing(":", with: "x") }

    package init?(slug: String) {
        self.init(rawValue: slug.replacing("x", with: ":"))
    }
}
