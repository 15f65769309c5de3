extension AssScript {
    /// The style of shapes of one colour.
    static func shapeStyle(_ name: String, _ fill: HexColor) -> String {
        style(
            name,
            family: FontLibrary.families[0],
            weight: 400,
            size: 20,
            fill: fill,
            outline: fill,
            outlineWidth: 0,
            shadow: 0
        )
    }

    /// The outline of a card, from its upper left corner on.
    static func roundedRectangle(width: Double, height: Double, radius: Double) -> String {
        let (w, h, r) = (Int(width.rounded()), Int(height.rounded()), Int(radius.rounded()))
        // A quarter circle as a Bézier curve keeps its handles at 45 % of the radius from the corner.
        let k = Int((radius * 0.45).rounded())
        return "m \(r) 0 l \(w - r) 0 b \(w - k) 0 \(w) \(k) \(w) \(r) l \(w) \(h - r) "
            + "b \(w) \(h - k) \(w - k) \(h) \(w - r) \(h) l \(r) \(h) b \(k) \(h) 0 \(h - k) 0 \(h - r) "
            + "l 0 \(r) b 0 \(k) \(k) 0 \(r) 0"
    }
}
