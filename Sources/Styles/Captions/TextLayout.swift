/// Words set in one or two lines that fit a width, shrunk when they must.
struct TextLayout: Sendable, Hashable {
    static let linesMax = 2

    /// Ranges of words, one a line.
    let lines: [Range<Int>]
    /// Line height in pixels.
    let size: Double
    /// Width of the widest line in pixels.
    let width: Double

    init(_ words: [String], family: String, weight: Int, size: Double, widthMax: Double) {
        let widths = words.map { FontLibrary.width(of: $0, family: family, weight: weight, size: size) }
        let space = FontLibrary.width(of: " ", family: family, weight: weight, size: size)
        func width(_ range: Range<Int>) -> Double {
            range.isEmpty ? 0 : widths[range].reduce(0, +) + space * Double(range.count - 1)
        }
        let whole = 0..<words.count
        var lines = [whole]
        if width(whole) > widthMax, words.count > 1 {
            // The upper line may be the longer one by a little: a pyramid on its head reads better.
            let cuts = whole.dropFirst().map { cut in
                (cut, max(width(0..<cut), width(cut..<words.count) * 1.02))
            }
            let cut = cuts.min { $0.1 < $1.1 }?.0 ?? words.count
            lines = [0..<cut, cut..<words.count]
        }
        let widest = lines.map(width).max() ?? 0
        let scale = widest > widthMax ? widthMax / widest : 1
        self.lines = lines
        self.size = (size * scale * 10).rounded(.down) / 10
        self.width = widest * scale
    }
}
