package import Foundation

/// What a short is, fixed when it is composed.
package struct ShortDetails: Codable, Sendable, Hashable {
    package struct Words: Codable, Sendable, Hashable {
        package var text: String
        package var words: [Transcript.Word]

        package init(text: String, words: [Transcript.Word]) {
            self.text = text
            self.words = words
        }
    }

    package var subscores: Plan.Subscores
    package var reason: String
    /// Words in the time of the finished short.
    package var transcript: Words
    /// Several where pauses or fillers were cut out.
    package var sourceRangesMs: [TimeRange]
    /// Of the finished short.
    package var durationMs: Int
    package var warnings: [Warning]

    package init(
        subscores: Plan.Subscores,
        reason: String,
        transcript: Words,
        sourceRangesMs: [TimeRange],
        durationMs: Int,
        warnings: [Warning]
    ) {
        self.subscores = subscores
        self.reason = reason
        self.transcript = transcript
        self.sourceRangesMs = sourceRangesMs
        self.durationMs = durationMs
        self.warnings = warnings
    }
}

/// One finished file of a short.
package struct RenditionView: Codable, Sendable, Hashable {
    package var aspectRatio: AspectRatio
    package var artifactId: String
    package var url: String
    package var expiresAt: Date
    @Nullable package var thumbnailUrl: String?
    package var width: Int
    package var height: Int
    package var durationMs: Int
    package var sizeBytes: Int64
    package var sha256: String

    package init(
        aspectRatio: AspectRatio,
        artifactId: String,
        url: String,
        expiresAt: Date,
        thumbnailUrl: String?,
        width: Int,
        height: Int,
        durationMs: Int,
        sizeBytes: Int64,
        sha256: String
    ) {
        self.aspectRatio = aspectRatio
        self.artifactId = artifactId
        self.url = url
        self.expiresAt = expiresAt
        self.thumbnailUrl = thumbnailUrl
        self.width = width
        self.height = height
        self.durationMs = durationMs
        self.sizeBytes = sizeBytes
        self.sha256 = sha256
    }
}

/// The captions of a short as a file for players.
package struct CaptionFileView: Codable, Sendable, Hashable {
    /// `srt` or `vtt`.
    package var format: String
    package var artifactId: String
    package var url: String
    package var expiresAt: Date
    package var sizeBytes: Int64
    package var sha256: String

    package init(
        format: String,
        artifactId: String,
        url: String,
        expiresAt: Date,
        sizeBytes: Int64,
        sha256: String
    ) {
        self.format = format
        self.artifactId = artifactId
        self.url = url
        self.expiresAt = expiresAt
        self.sizeBytes = sizeBytes
        self.sha256 = sha256
    }
}

/// A short as clients see it.
package struct OutputView: Codable, Sendable, Hashable {
    package var id: String
    package var runId: String
    package var clip: String
    /// Place in source order, 1 first.
    package var ordinal: Int
    /// Place by score, 1 first.
    package var rank: Int
    package var title: String
    package var score: Double
    package var subscores: Plan.Subscores
    package var reason: String
    package var state: String
    package var progress: Double
    package var durationMs: Int
    package var sourceRangesMs: [TimeRange]
    package var renditions: [RenditionView]
    @Nullable package var qc: QualityReport?
    /// The short whose renditions this one attached instead of being rendered.
    @Nullable package var reusedFrom: String?
    /// Left out in webhooks.
    package var transcript: ShortDetails.Words?
    package var warnings: [Warning]
    @Nullable package var error: Problem?
    /// Empty until the short is rendered, and for one without captions.
    package var captions: [CaptionFileView]

    package init(
        id: String,
        runId: String,
        clip: String,
        ordinal: Int,
        rank: Int,
        title: String,
        score: Double,
        subscores: Plan.Subscores,
        reason: String,
        state: String,
        progress: Double,
        durationMs: Int,
        sourceRangesMs: [TimeRange],
        renditions: [RenditionView],
        qc: QualityReport?,
        reusedFrom: String?,
        transcript: ShortDetails.Words?,
        warnings: [Warning],
        error: Problem?,
        captions: [CaptionFileView] = []
    ) {
        self.id = id
        self.runId = runId
        self.clip = clip
        self.ordinal = ordinal
        self.rank = rank
        self.title = title
        self.score = score
        self.subscores = subscores
        self.reason = reason
        self.state = state
        self.progress = progress
        self.durationMs = durationMs
        self.sourceRangesMs = sourceRangesMs
        self.renditions = renditions
        self.qc = qc
        self.reusedFrom = reusedFrom
        self.transcript = transcript
        self.warnings = warnings
        self.error = error
        self.captions = captions
    }
}
