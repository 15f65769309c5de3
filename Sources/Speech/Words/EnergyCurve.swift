/// The loudness of an audio file in frames of 10 ms.
package struct EnergyCurve: Sendable, Hashable {
    package static let frameMs = 10
    /// What a frame of zeroes counts as.
    package static let floorDb: Float = -100

    /// RMS of each frame in dB below full scale.
    package let framesDb: [Float]

    package init(framesDb: [Float]) {
        self.framesDb = framesDb
    }

    package var durationMs: Int { framesDb.count * Self.frameMs }

    /// The loudest frame that touches the time from `startMs` to `endMs`.
    package func peakDb(fromMs startMs: Int, toMs endMs: Int) -> Float {
        let range = frames(fromMs: startMs, toMs: endMs)
        return framesDb[range].max() ?? Self.floorDb
    }

    /// The frames that touch a time, inside the file.
    package func frames(fromMs startMs: Int, toMs endMs: Int) -> Range<Int> {
        let first = min(max(0, startMs / Self.frameMs), framesDb.count)
        let last = min(max(first, (endMs + Self.frameMs - 1) / Self.frameMs), framesDb.count)
        return first..<last
    }
}
