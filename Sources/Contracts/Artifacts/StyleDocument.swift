/// A style package's creative content: what a brand team writes and publishes.
package struct StyleDocument: Codable, Sendable, Hashable {
    package var version = 1
    package var name: String
    package var description: String
    package var captions: CaptionStyle
    package var title: TitleStyle?
    package var logo: LogoStyle?
    package var audio: AudioTreatment
    package var layout: LayoutPreference
    package var progressBar: ProgressBarStyle?
    package var lowerThird: LowerThirdStyle?
    /// Nil: blurred.
    package var background: BackgroundStyle?
    package var music: MusicStyle?

    package init(
        name: String,
        description: String,
        captions: CaptionStyle,
        title: TitleStyle?,
        logo: LogoStyle?,
        audio: AudioTreatment,
        layout: LayoutPreference,
        progressBar: ProgressBarStyle? = nil,
        lowerThird: LowerThirdStyle? = nil,
        background: BackgroundStyle? = nil,
        music: MusicStyle? = nil
    ) {
        self.name = name
        self.description = description
        self.captions = captions
        self.title = title
        self.logo = logo
        self.audio = audio
        self.layout = layout
        self.progressBar = progressBar
        self.lowerThird = lowerThird
        self.background = background
        self.music = music
    }
}

/// How captions look.
///
/// Colours are `#RRGGBB`; sizes are shares of the canvas.
package struct CaptionStyle: Codable, Sendable, Hashable {
    package var enabled: Bool
    package var fontFamily: String
    /// 100 to 900.
    package var fontWeight: Int
    /// Line height as a share of the smaller canvas side.
    package var sizeShare: Double
    package var textColor: String
    package var highlightColor: String
    package var outlineColor: String
    /// Outline width as a share of the font height.
    package var outlineShare: Double
    package var uppercase: Bool
    package var wordsPerPageMax: Int
    /// Lower edge of the text in 9:16 as a share of the canvas height, from the top; other ratios keep that distance
    /// in proportion to what platforms cover there.
    package var baselineShare: Double
    /// Nil: `highlight`.
    package var animation: CaptionAnimation?
    /// Of a box behind each page; nil: no box.
    package var backgroundColor: String?

    package init(
        enabled: Bool,
        fontFamily: String,
        fontWeight: Int,
        sizeShare: Double,
        textColor: String,
        highlightColor: String,
        outlineColor: String,
        outlineShare: Double,
        uppercase: Bool,
        wordsPerPageMax: Int,
        baselineShare: Double,
        animation: CaptionAnimation? = nil,
        backgroundColor: String? = nil
    ) {
        self.enabled = enabled
        self.fontFamily = fontFamily
        self.fontWeight = fontWeight
        self.sizeShare = sizeShare
        self.textColor = textColor
        self.highlightColor = highlightColor
        self.outlineColor = outlineColor
        self.outlineShare = outlineShare
        self.uppercase = uppercase
        self.wordsPerPageMax = wordsPerPageMax
        self.baselineShare = baselineShare
        self.animation = animation
        self.backgroundColor = backgroundColor
    }
}

/// How captions mark the word that is spoken.
package enum CaptionAnimation: String, Codable, Sendable, CaseIterable {
    /// It has the highlight colour.
    case highlight
    /// It is filled with the highlight colour while it is spoken, and stays so.
    case karaoke
    /// As `highlight`, on pages that spring in.
    case pop
    /// It looks like all others.
    case plain
}

/// How the hook title in the first seconds looks.
package struct TitleStyle: Codable, Sendable, Hashable {
    package var fontFamily: String
    package var fontWeight: Int
    package var sizeShare: Double
    package var textColor: String
    package var backgroundColor: String
    /// Upper edge as a share of the canvas height.
    package var topShare: Double
    package var durationMs: Int

    package init(
        fontFamily: String,
        fontWeight: Int,
        sizeShare: Double,
        textColor: String,
        backgroundColor: String,
        topShare: Double,
        durationMs: Int
    ) {
        self.fontFamily = fontFamily
        self.fontWeight = fontWeight
        self.sizeShare = sizeShare
        self.textColor = textColor
        self.backgroundColor = backgroundColor
        self.topShare = topShare
        self.durationMs = durationMs
    }
}

/// Where the brand's logo stands.
package struct LogoStyle: Codable, Sendable, Hashable {
    /// SHA-256 hex of a PNG.
    package var assetSha256: String
    package var corner: OverlayCorner
    package var widthShare: Double
    package var marginShare: Double
    package var opacity: Double

    package init(
        assetSha256: String,
        corner: OverlayCorner,
        widthShare: Double,
        marginShare: Double,
        opacity: Double
    ) {
        self.assetSha256 = assetSha256
        self.corner = corner
        self.widthShare = widthShare
        self.marginShare = marginShare
        self.opacity = opacity
    }
}

/// What is done to the sound.
package struct AudioTreatment: Codable, Sendable, Hashable {
    package var targetLufs: Double
    package var truePeakMaxDbtp: Double
    /// Nil: every pause and filler stays.
    package var tighten: TighteningStyle?

    package init(targetLufs: Double, truePeakMaxDbtp: Double, tighten: TighteningStyle? = nil) {
        self.targetLufs = targetLufs
        self.truePeakMaxDbtp = truePeakMaxDbtp
        self.tighten = tighten
    }
}

/// What is cut out of a clip so that it moves on faster.
package struct TighteningStyle: Codable, Sendable, Hashable {
    /// Longer pauses are shortened to about this; nil: pauses stay as they are.
    package var pauseMsMax: Int?
    /// Whether marked filler words are cut out.
    package var fillers: Bool

    package init(pauseMsMax: Int?, fillers: Bool) {
        self.pauseMsMax = pauseMsMax
        self.fillers = fillers
    }
}

/// How the picture fills a ratio.
package struct LayoutPreference: Codable, Sendable, Hashable {
    package enum Preferred: String, Codable, Sendable {
        /// As framing suggests, shot by shot.
        case auto
        case crop
        case fit
    }

    package var portrait: Preferred
    package var square: Preferred
    package var landscape: Preferred

    package init(portrait: Preferred, square: Preferred, landscape: Preferred) {
        self.portrait = portrait
        self.square = square
        self.landscape = landscape
    }

    package func preferred(for ratio: AspectRatio) -> Preferred {
        switch ratio {
        case .portrait: portrait
        case .square: square
        case .landscape: landscape
        }
    }
}
