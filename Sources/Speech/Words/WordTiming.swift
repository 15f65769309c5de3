/// Corrects the times of recognised words: the engine lets them begin in the pause before and end in the one after.
package struct WordTiming: Sendable {
    package typealias Word = RecognizedSpeech.Word

    package static let wordMsMin = 40
    /// So far below the loudest frame around a word lies silence.
    package var silenceDb: Float = 28
    /// How far around a word its loudest frame is looked for.
    package var aroundMs = 500
    /// Quiet this long inside a word is a pause and none of its sounds, where the word is also drawn out.
    package var innerPauseMsMin = 150
    /// A word takes about this long, and so much more for each character.
    package var wordMs = 200
    package var characterMs = 60
    /// The engine cuts off at most so much of a word's end.
    package var tailMsMax = 400

    package init() {}

    /// The words with edges on speech, in order, without overlap, each at least 40 ms, inside the file.
    package func corrected(_ words: [Word], curve: EnergyCurve, durationMs: Int) -> [Word] {
        ordered(cleared(words.map { snapped($0, curve) }, curve), durationMs: durationMs)
    }

    /// Takes the pause out of words that begin on the last sound of the word before it, or end on the next one's first.
    func cleared(_ words: [Word], _ curve: EnergyCurve) -> [Word] {
        var result = words
        for index in result.indices {
            let word = result[index]
            guard word.endMs - word.startMs > wordMs + characterMs * word.text.count else { continue }
            let runs = soundRuns(word, curve)
            guard runs.count > 1, let first = runs.first, let last = runs.last else { continue }
            let frameMs = EnergyCurve.frameMs
            if last.count * frameMs >= 2 * Self.wordMsMin {
                result[index].startMs = last.lowerBound * frameMs
                // What is left before the pause is the end of the word before.
                let isTail = first.count * frameMs <= tailMsMax
                if index > 0, isTail, word.startMs - result[index - 1].endMs <= frameMs {
                    result[index - 1].endMs = first.upperBound * frameMs
                }
            } else {
                result[index].endMs = max(
                    runs[runs.count - 2].upperBound * frameMs,
                    word.startMs + Self.wordMsMin
                )
            }
        }
        return result
    }

    /// The frames of a word that are not a pause.
    private func soundRuns(_ word: Word, _ curve: EnergyCurve) -> [Range<Int>] {
        let frames = curve.frames(fromMs: word.startMs, toMs: word.endMs)
        let threshold = threshold(word, curve)
        var runs: [Range<Int>] = []
        for frame in frames where curve.framesDb[frame] >= threshold {
            if let last = runs.last, (frame - last.upperBound) * EnergyCurve.frameMs < innerPauseMsMin {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        return runs
    }

    /// The level from which on a frame near a word counts as speech.
    private func threshold(_ word: Word, _ curve: EnergyCurve) -> Float {
        let peak = curve.peakDb(fromMs: word.startMs - aroundMs, toMs: word.endMs + aroundMs)
        return max(peak - silenceDb, EnergyCurve.floorDb + 1)
    }

    /// Moves the start forward to the onset and the end back to where the sound ends.
    func snapped(_ word: Word, _ curve: EnergyCurve) -> Word {
        let frames = curve.frames(fromMs: word.startMs, toMs: word.endMs)
        guard !frames.isEmpty else { return word }
        let threshold = threshold(word, curve)
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
