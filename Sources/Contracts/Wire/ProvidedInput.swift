/// What a client brought with a run in place of what stages would find; kept with the run.
package struct ProvidedInput: Codable, Sendable, Hashable {
    /// A transcript, kept as an asset of the tenant: JSON, SubRip or WebVTT.
    package struct TranscriptFile: Codable, Sendable, Hashable {
        package var assetId: String
        package var sha256: String
        package var sizeBytes: Int64
        package var location: String

        package init(assetId: String, sha256: String, sizeBytes: Int64, location: String) {
            self.assetId = assetId
            self.sha256 = sha256
            self.sizeBytes = sizeBytes
            self.location = location
        }
    }

    package struct Moment: Codable, Sendable, Hashable {
        package var startMs: Int
        package var endMs: Int
        package var title: String?
        package var hook: String?
        package var description: String?
        package var hashtags: [String]?

        package init(
            startMs: Int,
            endMs: Int,
            title: String? = nil,
            hook: String? = nil,
            description: String? = nil,
            hashtags: [String]? = nil
        ) {
            self.startMs = startMs
            self.endMs = endMs
            self.title = title
            self.hook = hook
            self.description = description
            self.hashtags = hashtags
        }
    }

    package var transcript: TranscriptFile?
    /// The most wanted first.
    package var moments: [Moment]?

    package init(transcript: TranscriptFile? = nil, moments: [Moment]? = nil) {
        self.transcript = transcript
        self.moments = moments
    }
}
