/// One short to be rendered from a clip in one or more ratios.
package struct ShortRenderSpec: Sendable {
    /// What happens to the sound.
    package struct Sound: Sendable, Equatable {
        package var gainDb: Double
        /// The highest true peak after the gain.
        package var ceilingDb: Double
        package var fadeInMs: Int
        package var fadeOutMs: Int
        /// If given, the gain is corrected until the finished sound is this loud.
        package var targetLufs: Double?
        package var music: Music?

        package init(
            gainDb: Double = 0,
            ceilingDb: Double = -1,
            fadeInMs: Int = 15,
            fadeOutMs: Int = 15,
            targetLufs: Double? = nil,
            music: Music? = nil
        ) {
            self.targetLufs = targetLufs
            self.music = music
            self.gainDb = gainDb
            self.ceilingDb = ceilingDb
            self.fadeInMs = fadeInMs
            self.fadeOutMs = fadeOutMs
        }
    }

    /// Music under the sound of the clip, from its start again whenever it ends.
    package struct Music: Sendable, Equatable {
        package var path: String
        package var gainDb: Double
        /// About how much it is lowered while the clip is as loud as speech.
        package var duckingDb: Double
        package var fadeOutMs: Int

        package init(path: String, gainDb: Double, duckingDb: Double, fadeOutMs: Int) {
            self.path = path
            self.gainDb = gainDb
            self.duckingDb = duckingDb
            self.fadeOutMs = fadeOutMs
        }
    }

    /// Subtitles in the ASS format; their times are output times.
    package struct Captions: Sendable, Equatable {
        package var assPath: String
        /// Folders of fonts beside those of the system.
        package var fontFolders: [String]

        package init(assPath: String, fontFolders: [String] = []) {
            self.assPath = assPath
            self.fontFolders = fontFolders
        }
    }

    /// One output file.
    package struct Ratio: Sendable {
        package var width: Int
        package var height: Int
        package var outputPath: String
        /// In order and without holes; the first also covers what lies before it, the last what lies behind.
        package var shots: [Shot]
        package var captions: Captions?
        package var overlays: [ImageOverlay]
        package var encoding: VideoEncoding
        package var backdrop: Backdrop

        package init(
            width: Int,
            height: Int,
            outputPath: String,
            shots: [Shot],
            captions: Captions? = nil,
            overlays: [ImageOverlay] = [],
            encoding: VideoEncoding = VideoEncoding(),
            backdrop: Backdrop = .blur
        ) {
            self.width = width
            self.height = height
            self.outputPath = outputPath
            self.shots = shots
            self.captions = captions
            self.overlays = overlays
            self.encoding = encoding
            self.backdrop = backdrop
        }
    }

    package var clipPath: String
    /// The file time that is zero in clip time.
    package var leadMs: Int
    package var durationMs: Int
    /// The stretches of clip time that are kept, in order; empty: all of it.
    package var segments: [Range<Int>]
    /// nil: the source's rate if it is usual, else 30.
    package var frameRate: FrameRate?
    package var sound: Sound
    package var ratios: [Ratio]

    package init(
        clipPath: String,
        leadMs: Int,
        durationMs: Int,
        segments: [Range<Int>] = [],
        frameRate: FrameRate? = nil,
        sound: Sound = Sound(),
        ratios: [Ratio]
    ) {
        self.clipPath = clipPath
        self.leadMs = leadMs
        self.durationMs = durationMs
        self.segments = segments
        self.frameRate = frameRate
        self.sound = sound
        self.ratios = ratios
    }
}
