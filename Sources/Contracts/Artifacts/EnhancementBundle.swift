/// One caption page: the words that stand on the screen together.
///
/// Times are clip time; in a composition they are those of the finished short.
package struct CaptionPage: Codable, Sendable, Hashable {
    package struct Word: Codable, Sendable, Hashable {
        package var text: String
        package var startMs: Int
        package var endMs: Int
        package var emphasised: Bool

        package init(text: String, startMs: Int, endMs: Int, emphasised: Bool = false) {
            self.text = text
            self.startMs = startMs
            self.endMs = endMs
            self.emphasised = emphasised
        }
    }

    package var startMs: Int
    package var endMs: Int
    package var words: [Word]

    package init(startMs: Int, endMs: Int, words: [Word]) {
        self.startMs = startMs
        self.endMs = endMs
        self.words = words
    }
}

/// A picture laid over the short, placed in shares of the canvas so that it fits every ratio.
package struct ImageOverlay: Codable, Sendable, Hashable {
    /// SHA-256 hex of the picture, pinned by the style.
    package var assetSha256: String
    package var corner: OverlayCorner
    /// Width as a share of the canvas width.
    package var widthShare: Double
    /// Distance from both edges as a share of the canvas width.
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

package enum OverlayCorner: String, Codable, Sendable, CaseIterable {
    case topLeft = "top-left"
    case topRight = "top-right"
    case bottomLeft = "bottom-left"
    case bottomRight = "bottom-right"
}

/// A title laid over the first seconds of a short.
package struct TitleOverlay: Codable, Sendable, Hashable {
    package var text: String
    package var startMs: Int
    package var endMs: Int

    package init(text: String, startMs: Int, endMs: Int) {
        self.text = text
        self.startMs = startMs
        self.endMs = endMs
    }
}

/// Artifact `enhancement-bundle`: captions and overlays of one clip, with the style's values resolved.
package struct EnhancementBundle: Codable, Sendable, Hashable {
    package var version = 1
    package var clip: String
    package var style: StylePin
    package var captions: [CaptionPage]
    package var captionStyle: CaptionStyle
    package var title: TitleOverlay?
    package var titleStyle: TitleStyle?
    package var images: [ImageOverlay]
    package var audio: AudioTreatment
    package var layout: LayoutPreference
    package var warnings: [Warning]
    /// Nil: nothing beside captions, title and pictures.
    package var branding: Branding?

    package init(
        clip: String,
        style: StylePin,
        captions: [CaptionPage],
        captionStyle: CaptionStyle,
        title: TitleOverlay?,
        titleStyle: TitleStyle?,
        images: [ImageOverlay],
        audio: AudioTreatment,
        layout: LayoutPreference,
        warnings: [Warning],
        branding: Branding? = nil
    ) {
        self.clip = clip
        self.style = style
        self.captions = captions
        self.captionStyle = captionStyle
        self.title = title
        self.titleStyle = titleStyle
        self.images = images
        self.audio = audio
        self.layout = layout
        self.warnings = warnings
        self.branding = branding
    }
}
