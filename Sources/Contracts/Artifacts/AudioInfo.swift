/// Artifact `audio`: what `audio.wav` (16 kHz mono, 16-bit) is.
package struct AudioInfo: Codable, Sendable, Hashable {
    package var version = 1
    package var durationMs: Int
    package var sampleRate: Int
    package var channels: Int
    /// Integrated loudness by EBU R128, nil for digital silence.
    package var integratedLufs: Double?

    package init(durationMs: Int, sampleRate: Int, channels: Int, integratedLufs: Double?) {
        self.durationMs = durationMs
        self.sampleRate = sampleRate
        self.channels = channels
        self.integratedLufs = integratedLufs
    }
}
