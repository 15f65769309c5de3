/// What a style adds to a short beside captions, title and logo.
package struct Branding: Codable, Sendable, Hashable {
    package var progressBar: ProgressBarStyle?
    package var lowerThird: LowerThirdStyle?
    package var background: BackgroundStyle?
    package var music: MusicStyle?

    package init(
        progressBar: ProgressBarStyle? = nil,
        lowerThird: LowerThirdStyle? = nil,
        background: BackgroundStyle? = nil,
        music: MusicStyle? = nil
    ) {
        self.progressBar = progressBar
        self.lowerThird = lowerThird
        self.background = background
        self.music = music
    }
}

/// A bar along an edge that grows from the left while the short is played.
package struct ProgressBarStyle: Codable, Sendable, Hashable {
    package enum Edge: String, Codable, Sendable, CaseIterable {
        case top
        case bottom
    }

    package var color: String
    /// Height as a share of the canvas height.
    package var heightShare: Double
    package var edge: Edge

    package init(color: String, heightShare: Double, edge: Edge) {
        self.color = color
        self.heightShare = heightShare
        self.edge = edge
    }
}

/// A card with a name and a role over the captions, for some seconds.
package struct LowerThirdStyle: Codable, Sendable, Hashable {
    package enum Side: String, Codable, Sendable, CaseIterable {
        case left
        case right
    }

    package var name: String
    /// Nil: the name alone.
    package var role: String?
    package var fontFamily: String
    package var fontWeight: Int
    /// Line height of the name as a share of the smaller canvas side.
    package var sizeShare: Double
    package var textColor: String
    package var backgroundColor: String
    /// Of a stripe at the card's outer side; nil: no stripe.
    package var accentColor: String?
    package var side: Side
    package var startMs: Int
    package var durationMs: Int

    package init(
        name: String,
        role: String?,
        fontFamily: String,
        fontWeight: Int,
        sizeShare: Double,
        textColor: String,
        backgroundColor: String,
        accentColor: String?,
        side: Side,
        startMs: Int,
        durationMs: Int
    ) {
        self.name = name
        self.role = role
        self.fontFamily = fontFamily
        self.fontWeight = fontWeight
        self.sizeShare = sizeShare
        self.textColor = textColor
        self.backgroundColor = backgroundColor
        self.accentColor = accentColor
        self.side = side
        self.startMs = startMs
        self.durationMs = durationMs
    }
}

/// What lies behind a picture that is shown whole.
package struct BackgroundStyle: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A blurred copy of the picture.
        case blur
        case color
        case image
    }

    package var kind: Kind
    /// Of the kind `color`, or what shows through an image.
    package var color: String?
    /// SHA-256 hex of a PNG, of the kind `image`.
    package var assetSha256: String?

    package init(kind: Kind, color: String? = nil, assetSha256: String? = nil) {
        self.kind = kind
        self.color = color
        self.assetSha256 = assetSha256
    }
}

/// Music under the speech; it begins anew when it is shorter than the short, and fades out at its end.
package struct MusicStyle: Codable, Sendable, Hashable {
    /// SHA-256 hex of an audio file.
    package var assetSha256: String
    /// What the file's own level is changed by.
    package var gainDb: Double
    /// About how much it is lowered while somebody speaks; 0: never.
    package var duckingDb: Double
    package var fadeOutMs: Int

    package init(assetSha256: String, gainDb: Double, duckingDb: Double, fadeOutMs: Int) {
        self.assetSha256 = assetSha256
        self.gainDb = gainDb
        self.duckingDb = duckingDb
        self.fadeOutMs = fadeOutMs
    }
}
