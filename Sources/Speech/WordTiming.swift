/// Corrects the times of recognised words: the engine lets them begin in the pause before and end in the one after.
package struct WordTiming: Sendable {
    package typealias Word = RecognizedSpeech.Word

    package static let wordMsMin = 40
    /// So far below the loudest frame around a word lies silence.
    package var silenceDb: Float = 28
    /// How far around a word its loudest frame is looked for.
    package var aroundMs = 500

    package init() {}

    /// The words with edges on speech, in order, without overlap, each at least 40 ms, inside the file.
    package func corrected(_ words: [Word], curve: EnergyCurve, durationMs: Int) -> [Word] {
        ordered(words.map { snapped($0, curve) }, durationMs: durationMs)
    }

    /// Moves the start forward to the onset and the end back to where the sound ends.
    func snapped(_ word: Word, _ curve: EnergyCurve) -> Word {
        let frames = curve.frames(fromMs: word.startMs, toMs: word.endMs)
        guard !frames.isEmpty else { return word }
        let peak = curve.peakDb(fromMs: word.startMs - aroundMs, toMs: word.endMs + aroundMs)
        let threshold = max(peak - silenceDb, EnergyCurve.floorDb + 1)
        func isSpeech(_ frame: Int) -> Bool { curve.framesDb[frame] >= threshold }
        // One loud frame alone is a click.
        let onset = frames.first { frame in
            isSpeech(frame) && (frame + 1 >= curve.framesDb.count || isSpeech(frame + 1))
        }
        let last = frames.last { frame in isSpeech(frame) && (frame == 0 || isSpeech(frame - 1)) }
        guard let onset, let last, onset <= last else { return word }

        var result = word
        if onset > frames.lowerBound { result.startMs = onset * EnergyCurve.frameMs }
        if last + 1 < frames.upperBound { result.endMs = (last + 1) * EnergyCurve.frameMs }
        if result.endMs - result.startMs < Self.wordMsMin { result.endMs = result.startMs + Self.wordMsMin }
        return result
    }

    /// Puts words one after another; where the file is too short for all of them the last are left out.
    func ordered(_ words: [Word], durationMs: Int) -> [Word] {
        var result = Array(words.prefix(max(0, durationMs / Self.wordMsMin)))
        var clock = 0
        for index in result.indices {
            result[index].startMs = max(result[index].startMs, clock)
            result[index].endMs = max(result[index].endMs, result[index].startMs + Self.wordMsMin)
            // A word that reaches into the next gives way, as far as it can.
            if index + 1 < result.count {
                let next = max(result[index + 1].startMs, result[index].startMs + Self.wordMsMin)
                result[index].endMs = min(result[index].endMs, next)
            }
            clock = result[index].endMs
        }
        var limit = durationMs
        for index in result.indices.reversed() {
            result[index].endMs = min(result[index].endMs, limit)
            result[index].startMs = min(result[index].startMs, result[index].endMs - Self.wordMsMin)
            limit = result[index].startMs
        }
        return result
    }
}
