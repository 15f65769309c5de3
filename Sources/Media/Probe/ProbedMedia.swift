/// What a media file holds, as far as it matters here.
package struct ProbedMedia: Sendable, Equatable {
    /// The picture stream.
    package struct Video: Sendable, Equatable {
        package var codec: String
        /// Stored size in pixels, before rotation and pixel aspect.
        package var width: Int
        package var height: Int
        /// Clockwise degrees by which a player turns the picture: 0, 90, 180 or 270.
        package var rotationDegrees: Int
        package var sampleAspectNumerator: Int
        package var sampleAspectDenominator: Int
        package var frameRate: FrameRate?
        /// A guess from the container; the normaliser looks at every timestamp.
        package var isVariableRate: Bool
        package var pixelFormat: String
        package var startMs: Int

        package var hasSquarePixels: Bool { sampleAspectNumerator == sampleAspectDenominator }
    }

    /// The sound stream.
    package struct Audio: Sendable, Equatable {
        package var codec: String
        package var sampleRate: Int
        package var channels: Int
        package var startMs: Int
    }

    /// A short name such as `mp4`, `matroska` or `mpegts`.
    package var container: String
    package var durationMs: Int
    package var fileBytes: Int
    package var video: Video?
    package var audio: Audio?
    package var warnings: [String]
}
