/// Artifact `composition`: the render index, one self-contained payload per short.
package struct Composition: Codable, Sendable, Hashable {
    package var version = 1
    package var style: StylePin
    package var shorts: [Short]
    package var warnings: [Warning]

    package init(style: StylePin, shorts: [Short], warnings: [Warning]) {
        self.style = style
        self.shorts = shorts
        self.warnings = warnings
    }

    /// All that a render provider needs for one short.
    ///
    /// Shots and kept ranges are in clip time. Captions, the title and the duration are in the time of the finished
    /// short, which is clip time as well where nothing is cut out.
    package struct Short: Codable, Sendable, Hashable {
        package var clip: String
        package var title: String
        package var durationMs: Int
        /// From the start of the clip file to clip time 0.
        package var leadMs: Int
        package var fpsNum: Int
        package var fpsDen: Int
        package var sourceWidth: Int
        package var sourceHeight: Int
        package var sourceRangesMs: [TimeRange]
        package var audio: Audio
        package var captions: [CaptionPage]
        package var captionStyle: CaptionStyle
        package var titleOverlay: TitleOverlay?
        package var titleStyle: TitleStyle?
        package var images: [ImageOverlay]
        package var canvases: [Canvas]
        package var warnings: [Warning]
        /// The stretches of clip time that the short shows one after another; nil: all of the clip.
        package var keptRangesMs: [TimeRange]?
        package var branding: Branding?

        package init(
            clip: String,
            title: String,
            durationMs: Int,
            leadMs: Int,
            fpsNum: Int,
            fpsDen: Int,
            sourceWidth: Int,
            sourceHeight: Int,
            sourceRangesMs: [TimeRange],
            audio: Audio,
            captions: [CaptionPage],
            captionStyle: CaptionStyle,
            titleOverlay: TitleOverlay?,
            titleStyle: TitleStyle?,
            images: [ImageOverlay],
            canvases: [Canvas],
            warnings: [Warning],
            keptRangesMs: [TimeRange]? = nil,
            branding: Branding? = nil
        ) {
            self.clip = clip
            self.title = title
            self.durationMs = durationMs
            self.leadMs = leadMs
            self.fpsNum = fpsNum
            self.fpsDen = fpsDen
            self.sourceWidth = sourceWidth
            self.sourceHeight = sourceHeight
            self.sourceRangesMs = sourceRangesMs
            self.audio = audio
            self.captions = captions
            self.captionStyle = captionStyle
            self.titleOverlay = titleOverlay
            self.titleStyle = titleStyle
            self.images = images
            self.canvases = canvases
            self.warnings = warnings
            self.keptRangesMs = keptRangesMs
            self.branding = branding
        }
    }

    package struct Audio: Codable, Sendable, Hashable {
        package var gainDb: Double
        package var targetLufs: Double
        package var truePeakMaxDbtp: Double
        package var fadeInMs: Int
        package var fadeOutMs: Int

        package init(
            gainDb: Double,
            targetLufs: Double,
            truePeakMaxDbtp: Double,
            fadeInMs: Int,
            fadeOutMs: Int
        ) {
            self.gainDb = gainDb
            self.targetLufs = targetLufs
            self.truePeakMaxDbtp = truePeakMaxDbtp
            self.fadeInMs = fadeInMs
            self.fadeOutMs = fadeOutMs
        }
    }

    /// One ratio of a short.
    package struct Canvas: Codable, Sendable, Hashable {
        package struct Shot: Codable, Sendable, Hashable {
            package var startMs: Int
            package var endMs: Int
            package var layout: Framing.Layout
            package var rect: PixelRect
            /// What a stacked picture shows; nil for the other layouts.
            package var stack: Framing.Stack?

            package init(
                startMs: Int,
                endMs: Int,
                layout: Framing.Layout,
                rect: PixelRect,
                stack: Framing.Stack? = nil
            ) {
                self.startMs = startMs
                self.endMs = endMs
                self.layout = layout
                self.rect = rect
                self.stack = stack
            }
        }

        package var aspectRatio: AspectRatio
        package var width: Int
        package var height: Int
        package var shots: [Shot]

        package init(aspectRatio: AspectRatio, width: Int, height: Int, shots: [Shot]) {
            self.aspectRatio = aspectRatio
            self.width = width
            self.height = height
            self.shots = shots
        }
    }
}
