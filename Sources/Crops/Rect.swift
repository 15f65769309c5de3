/// A rectangle of whole pixels, its origin at the top left.
package struct Rect: Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var right: Int { x + width }
    package var bottom: Int { y + height }
    package var centerX: Double { Double(x) + Double(width) / 2 }
    package var centerY: Double { Double(y) + Double(height) / 2 }
    package var area: Int { width * height }

    /// Whether all of `other` lies inside.
    package func contains(_ other: Rect) -> Bool {
        other.x >= x && other.y >= y && other.right <= right && other.bottom <= bottom
    }

    /// The smallest rectangle that holds both.
    package func union(_ other: Rect) -> Rect {
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Rect(
            x: left,
            y: top,
            width: max(right, other.right) - left,
            height: max(bottom, other.bottom) - top
        )
    }

    /// The part that both have, of no size when they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left,
            y: top,
            width: max(0, min(right, other.right) - left),
            height: max(0, min(bottom, other.bottom) - top)
        )
    }

    /// How much of the two is common: 0 for apart, 1 for equal.
    package func overlap(_ other: Rect) -> Double {
        let common = intersection(other).area
        let whole = area + other.area - common
        return whole > 0 ? Double(common) / Double(whole) : 0
    }

    /// The rectangle in a picture that is `factor` times as large.
    package func scaled(by factor: Double) -> Rect {
        let left = Int((Double(x) * factor).rounded(.down))
        let top = Int((Double(y) * factor).rounded(.down))
        return Rect(
            x: left,
            y: top,
            width: Int((Double(right) * factor).rounded(.up)) - left,
            height: Int((Double(bottom) * factor).rounded(.up)) - top
        )
    }
}
