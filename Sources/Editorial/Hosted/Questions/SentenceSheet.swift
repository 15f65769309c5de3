import Contracts

/// The sentences as a model sees them: numbered lines with the second at which each starts.
///
/// Digits cost as much as words, so a line has no end, which the next one's start tells, and no speaker where none
/// changed.
struct SentenceSheet {
    /// What is longer is no sentence that could be a part of a moment, and would fill a question alone.
    static let lineCharactersMax = 1_500
    private static let speakerCharactersMax = 20
    private let sentences: [SentenceProfile]

    init(_ sentences: [SentenceProfile]) {
        self.sentences = sentences
    }

    func lines(_ indices: [Int]) -> [String] {
        var speaker: String?
        return indices.map { index in
            defer { speaker = sentences[index].speaker }
            return line(index, showsSpeaker: sentences[index].speaker != speaker)
        }
    }

    /// What a line costs at the most.
    func tokens(_ index: Int) -> Int { TokenEstimate.tokens(line(index, showsSpeaker: true)) + 1 }

    private func line(_ index: Int, showsSpeaker: Bool) -> String {
        let sentence = sentences[index]
        let label = showsSpeaker ? sentence.speaker ?? "" : ""
        let speaker = label.isEmpty ? "" : "|\(Fence.clean(label, charactersMax: Self.speakerCharactersMax))"
        return "[\(index)|\(sentence.cut.startMs / 1_000)\(speaker)] "
            + Fence.clean(sentence.text, charactersMax: Self.lineCharactersMax)
    }
}
