/// A place in a picture, in whole pixels from the top left.
package struct Point: Sendable, Hashable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }

    /// The same place in a picture that is `factor` times as large.
    package func scaled(by factor: Double) -> Point {
        Point(x: Int((Double(x) * factor).rounded()), y: Int((Double(y) * factor).rounded()))
    }
}
