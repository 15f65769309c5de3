import Foundation

/// A text that was cut at marks, to be put together again with other words in their places.
struct GappedText<Gap: Sendable>: Sendable {
    private var pieces: [(before: [UInt8], gap: Gap)] = []
    private var end: [UInt8]

    /// Cuts `text` at every mark; earlier marks are looked for last, since later ones may contain them.
    init(_ text: Data, marks: [(mark: String, gap: Gap)]) {
        end = []
        var cuts: [(range: Range<Data.Index>, gap: Gap)] = []
        for (mark, gap) in marks.reversed() {
            let mark = Data(mark.utf8)
            var from = text.startIndex
            while let range = text.range(of: mark, in: from..<text.endIndex) {
                if !cuts.contains(where: { $0.range.overlaps(range) }) { cuts.append((range, gap)) }
                from = range.upperBound
            }
        }
        var from = text.startIndex
        for cut in cuts.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            pieces.append((Array(text[from..<cut.range.lowerBound]), cut.gap))
            from = cut.range.upperBound
        }
        end = Array(text[from...])
    }

    func render<Failure: Error>(
        _ words: (Gap) throws(Failure) -> String
    ) throws(Failure) -> [UInt8] {
        var text: [UInt8] = []
        for piece in pieces {
            text += piece.before
            text += try words(piece.gap).utf8
        }
        return text + end
    }
}
