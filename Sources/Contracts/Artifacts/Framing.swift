/// A rectangle in source pixels.
package struct PixelRect: Codable, Sendable, Hashable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package func contains(_ other: PixelRect) -> Bool {
        other.x >= x && other.y >= y && other.x + other.width <= x + width
            && other.y + other.height <= y + height
    }
}

/// Artifact `framing`: where to look in one clip, shot by shot, for every ratio and layout.
///
/// Times are clip time.
package struct Framing: Codable, Sendable, Hashable {
    package struct Face: Codable, Sendable, Hashable {
        /// Number of the track within the shot, the chosen one first.
        package var track: Int
        /// Median box over the shot.
        package var box: PixelRect
        /// 0 to 1.
        package var confidence: Double
        /// Share of the shot's samples in which the face was seen.
        package var coverage: Double

        package init(track: Int, box: PixelRect, confidence: Double, coverage: Double) {
            self.track = track
            self.box = box
            self.confidence = confidence
            self.coverage = coverage
        }
    }

    package enum Layout: String, Codable, Sendable {
        /// The picture is cropped to the ratio.
        case crop
        /// The whole picture before a blurred copy of itself.
        case fit
        /// Two parts of the picture, one above the other.
        case stacked
    }

    /// The two parts of a stacked picture; each fills one half of its height.
    package struct Stack: Codable, Sendable, Hashable {
        package var top: PixelRect
        package var bottom: PixelRect

        package init(top: PixelRect, bottom: PixelRect) {
            self.top = top
            self.bottom = bottom
        }
    }

    package struct Crop: Codable, Sendable, Hashable {
        package var aspectRatio: AspectRatio
        /// The layout that suits the shot; a style may prefer another.
        package var layout: Layout
        /// Where to crop, given for all layouts.
        package var rect: PixelRect
        /// What a stacked picture shows; nil for the other layouts.
        package var stack: Stack?

        package init(aspectRatio: AspectRatio, layout: Layout, rect: PixelRect, stack: Stack? = nil) {
            self.aspectRatio = aspectRatio
            self.layout = layout
            self.rect = rect
            self.stack = stack
        }
    }

    package struct Shot: Codable, Sendable, Hashable {
        package var startMs: Int
        package var endMs: Int
        package var faces: [Face]
        package var crops: [Crop]

        package init(startMs: Int, endMs: Int, faces: [Face], crops: [Crop]) {
            self.startMs = startMs
            self.endMs = endMs
            self.faces = faces
            self.crops = crops
        }
    }

    package var version = 1
    package var clip: String
    package var width: Int
    package var height: Int
    package var durationMs: Int
    package var shots: [Shot]
    package var warnings: [Warning]

    package init(
        clip: String,
        width: Int,
        height: Int,
        durationMs: Int,
        shots: [Shot],
        warnings: [Warning]
    ) {
        self.clip = clip
        self.width = width
        self.height = height
        self.durationMs = durationMs
        self.shots = shots
        self.warnings = warnings
    }
}
