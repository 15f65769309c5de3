/// What a finished file turned out to be when it was decoded to its end.
package struct RenditionMeasure: Sendable, Equatable {
    package var durationMs: Int
    package var width: Int
    package var height: Int
    package var frameRate: FrameRate?
    package var frames: Int
    /// First sound minus first picture.
    package var audioOffsetMs: Int
    package var videoMs: Int
    package var audioMs: Int
    package var integratedLufs: Double
    package var truePeakDb: Double
    /// Stretches in milliseconds.
    package var black: [Range<Int>]
    package var frozen: [Range<Int>]
    package var silent: [Range<Int>]
    package var decodeErrors: Int
    package var levels: SoundLevels

    package init(
        durationMs: Int,
        width: Int,
        height: Int,
        frameRate: FrameRate? = nil,
        frames: Int,
        audioOffsetMs: Int,
        videoMs: Int,
        audioMs: Int,
        integratedLufs: Double,
        truePeakDb: Double,
        black: [Range<Int>],
        frozen: [Range<Int>],
        silent: [Range<Int>],
        decodeErrors: Int,
        levels: SoundLevels
    ) {
        self.durationMs = durationMs
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.frames = frames
        self.audioOffsetMs = audioOffsetMs
        self.videoMs = videoMs
        self.audioMs = audioMs
        self.integratedLufs = integratedLufs
        self.truePeakDb = truePeakDb
        self.black = black
        self.frozen = frozen
        self.silent = silent
        self.decodeErrors = decodeErrors
        self.levels = levels
    }
}
