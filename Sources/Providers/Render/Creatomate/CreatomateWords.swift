import Contracts
import Styles

/// Captions as the timed words that Creatomate takes in place of what it would hear itself.
struct CreatomateWords: Sendable {
    let words: JSONPart
    /// That all pages fit in.
    let linePixels: Double
    let fontPixels: Double
    let outlinePixels: Double
    let baselinePixels: Int
    let linesMax: Int

    /// Nil where there is nothing to show.
    init?(_ short: Composition.Short, _ canvas: Composition.Canvas, limits: ShortLimits) throws(Problem) {
        guard short.captionStyle.enabled, !short.captions.isEmpty else { return nil }
        var style = short.captionStyle
        if style.animation == .pop, !limits.concessions.contains(.animation) {
            throw limits.refusal("caption_style.animation", "is pop, and pages come at once")
        }
        // The service itself lets words be filled, and takes when each one is spoken.
        if style.animation == .karaoke { style.animation = .highlight }
        let sheets = short.captions.map { CaptionSheet($0, style, canvas) }
        guard let smallest = sheets.min(by: { $0.linePixels < $1.linePixels }) else { return nil }
        var words: [JSONPart] = []
        for (number, sheet) in sheets.enumerated() {
            for word in sheet.lines.joined() {
                if word.isEmphasised, !limits.concessions.contains(.emphasis) {
                    throw limits.refusal("captions.words.emphasised", "is set, and all words look the same")
                }
                words.append([
                    "time": word.spokenMs.lowerBound.inSeconds,
                    "duration": max(1, word.spokenMs.count).inSeconds, "value": .text(word.text),
                    "sentence": .whole(number + 1),
                ])
            }
        }
        self.words = .list(words)
        linePixels = smallest.linePixels
        fontPixels = smallest.fontPixels
        outlinePixels = smallest.outlinePixels
        baselinePixels = smallest.baselinePixels
        linesMax = sheets.map(\.lines.count).max() ?? 1
    }
}
