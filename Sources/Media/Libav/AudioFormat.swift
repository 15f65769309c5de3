/// The one form of sound that is written.
enum AudioFormat {
    static let sampleRate = 48_000
    static let aacFrameSamples = 1_024
    static let sourceBitRate = 160_000
    static let shortBitRate = 128_000
    /// Filters that end in what the AAC encoder takes.
    static let filters = "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo"
}
