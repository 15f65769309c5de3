/// Bounds on what a foreign media file may ask of this machine.
package struct MediaLimits: Sendable {
    /// The longest accepted source.
    package var durationMsMax = 12 * 3_600_000
    /// The longest accepted picture side.
    package var sidePixelsMax = 8_192
    /// The most pixels in one picture.
    package var picturePixelsMax = 8_192 * 4_352
    package var streamsMax = 64
    /// How many bytes may be read to find out what a file is.
    package var probeBytesMax = 32 << 20
    /// How much media time may be read to find out what a file is.
    package var analyzeMsMax = 10_000
    /// How many packets may pass without one decoded frame.
    package var packetsWithoutFrameMax = 6_000
    /// How many frames that do not decode are passed over before the file is given up.
    package var decodeErrorsMax = 5_000
    /// The longest hole between two timestamps of one stream that is filled.
    package var gapMsMax = 600_000
    /// A file that is cut short is accepted from this length on.
    package var truncatedMsMin = 3_000

    package init() {}
}
