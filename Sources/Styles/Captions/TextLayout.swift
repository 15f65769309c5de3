/// Words set in one or two lines that fit a width, shrunk when they must.
struct TextLayout: Sendable, Hashable {
    static let linesMax = 2

    let tokens: [TextToken]
    /// Ranges of tokens, one a line.
    let lines: [Range<Int>]
    /// Line height of the style's font in pixels.
    let size: Double
    /// Width of the widest line in pixels.
    let width: Double
    /// Of all lines in pixels; other fonts than the style's may be higher.
    let height: Double
    /// Of each token: the fonts that draw it.
    private let runs: [[FontRun]]
    private let emPixels: Double
    private let family: String

    init(_ tokens: [TextToken], font: TextFont, size: Double, widthMax: Double) {
        let runs = tokens.map { font.runs($0.text) }
        let em = size / font.lineHeightEms
        let widths = runs.map { $0.reduce(0) { $0 + $1.widthEms } * em }
        let space = font.runs(" ").reduce(0) { $0 + $1.widthEms } * em
        func width(_ range: Range<Int>) -> Double {
            widths[range].reduce(0, +) + space * Double(tokens[range].dropFirst().count { $0.isSpaced })
        }
        let whole = 0..<tokens.count
        var lines = [whole]
        let places = whole.dropFirst().filter { tokens[$0].mayStart }
        if width(whole) > widthMax, !places.isEmpty {
            // The upper line may be the longer one by a little: a pyramid on its head reads better.
            let cuts = places.map { cut in
                let widest = max(width(0..<cut), width(cut..<tokens.count) * 1.02)
                return (cut, Self.cost(share: widest / widthMax, tokens, cut))
            }
            let cut = cuts.min { $0.1 < $1.1 }?.0 ?? tokens.count
            lines = [0..<cut, cut..<tokens.count]
        }
        let widest = lines.map(width).max() ?? 0
        let scale = widest > widthMax ? widthMax / widest : 1
        self.tokens = tokens
        self.lines = lines
        self.size = (size * scale * 10).rounded(.down) / 10
        self.width = widest * scale
        self.runs = runs
        emPixels = self.size / font.lineHeightEms
        family = font.family
        let heights = lines.map { line in
            let all = runs[line].joined()
            return all.reduce(font.ascentEms) { max($0, $1.ascentEms) }
                + all.reduce(font.descentEms) { max($0, $1.descentEms) }
        }
        height = heights.reduce(0, +) * emPixels
    }

    /// What a cut costs whose wider line takes such a share of the room: a phrase that stays whole is worth a longer
    /// line, but not a smaller one.
    private static func cost(share: Double, _ tokens: [TextToken], _ cut: Int) -> Double {
        let strain: Double =
            switch PhraseBreaks.strain(between: tokens[cut - 1].text, and: tokens[cut].text) {
            case .none: 0
            case .slight: 0.03
            case .usual: 0.1
            case .hard: 0.25
            }
        return share + strain + 10 * max(0, share - 1)
    }

    /// A token as ASS text: in the style's font, and in others at the same size of an em where that one lacks
    /// characters.
    func assText(_ index: Int) -> String {
        runs[index].reduce(into: "") { text, run in
            guard let other = run.family else {
                text += AssText.escaped(run.text)
                return
            }
            let size = AssScript.decimal(run.lineHeightEms * emPixels)
            text += "{\\fn\(AssText.fontName(other))\\fs\(size)}\(AssText.escaped(run.text))"
            text += "{\\fn\(AssText.fontName(family))\\fs\(AssScript.decimal(self.size))}"
        }
    }

    /// One line of ASS text, with what `mark` puts before each token.
    func assLine(_ line: Range<Int>, isRightToLeft: Bool, mark: (Int) -> String = { _ in "" }) -> String {
        let text = tokens[line].joined { offset, _ in
            mark(line.lowerBound + offset) + assText(line.lowerBound + offset)
        }
        // Without letters a line has no direction of its own, and its first one may be of another script.
        let own = tokens[line].lazy.flatMap { $0.text.compactMap(WritingSystem.isRightToLeft) }.first
        return own ?? false == isRightToLeft ? text : (isRightToLeft ? "\u{200F}" : "\u{200E}") + text
    }

    /// Whether the text as a whole is read from the right.
    var isRightToLeft: Bool { WritingSystem.isRightToLeft(tokens.map(\.text).joined(separator: " ")) }
}
