extension EngineAnswer {
    /// The engine starts a word anew at these, without a space before them where they go on with the last one.
    private static let joints: Set<Character> = Set("-'’.,:/%&@_+*=#$€£")

    /// The engine's words at their place in the file.
    ///
    /// A part such as "-made", ".5" or "%" belongs to the word before. What has neither letter nor number is left out.
    static func words(_ words: [Word], in piece: Range<Int>) -> [RecognizedSpeech.Word] {
        let length = Double(piece.count) / 1000
        func timeMs(_ seconds: Double) -> Int {
            piece.lowerBound + Int((min(max(0, seconds), length) * 1000).rounded())
        }
        var result: [RecognizedSpeech.Word] = []
        for word in words where word.start.isFinite && word.end.isFinite && word.probability.isFinite {
            let text = word.text.split { $0.isWhitespace }.joined(separator: " ")
            guard text.contains(where: { $0.isLetter || $0.isNumber || "&%+$€£".contains($0) }) else {
                continue
            }
            let startMs = timeMs(word.start)
            let next = RecognizedSpeech.Word(
                text: text,
                startMs: startMs,
                endMs: max(startMs, timeMs(word.end)),
                confidence: min(1, max(0, word.probability))
            )
            if let first = word.text.first, joints.contains(first), var last = result.popLast() {
                last.text += next.text
                last.endMs = max(last.endMs, next.endMs)
                last.confidence = min(last.confidence, next.confidence)
                result.append(last)
            } else {
                result.append(next)
            }
        }
        return result
    }

    /// The voices at their place in the file, without those that have no direction.
    static func voices(_ voices: [Voice], in piece: Range<Int>) -> [VoiceWindow] {
        voices.compactMap { voice in
            guard voice.start.isFinite, voice.start >= 0, voice.start * 1000 <= Double(piece.count),
                voice.vector.count == VoiceWindow.dimensions
            else { return nil }
            return VoiceWindow(
                startMs: piece.lowerBound + Int((voice.start * 1000).rounded()),
                vector: voice.vector.map { Float($0) }
            )
        }
    }
}
