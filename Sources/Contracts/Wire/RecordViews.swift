package import Foundation

/// An uploaded or fetched source.
package struct AssetView: Codable, Sendable, Hashable {
    package struct Media: Codable, Sendable, Hashable {
        package var container: String
        package var durationMs: Int
        @Nullable package var video: MediaInfo.Video?
        @Nullable package var audio: MediaInfo.Audio?

        package init(container: String, durationMs: Int, video: MediaInfo.Video?, audio: MediaInfo.Audio?) {
            self.container = container
            self.durationMs = durationMs
            self.video = video
            self.audio = audio
        }
    }

    package var id: String
    package var sha256: String
    package var sizeBytes: Int64
    /// Null until the worker has probed the asset, in the first run that uses it.
    @Nullable package var media: Media?
    package var createdAt: Date

    package init(id: String, sha256: String, sizeBytes: Int64, media: Media?, createdAt: Date) {
        self.id = id
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.media = media
        self.createdAt = createdAt
    }
}

/// A published artifact of a run.
package struct ArtifactView: Codable, Sendable, Hashable {
    package var id: String
    package var runId: String
    package var stage: String
    package var attempt: Int
    package var kind: String
    @Nullable package var clip: String?
    package var name: String
    package var mediaType: String
    package var sha256: String
    package var sizeBytes: Int64
    /// Signed link that needs no key.
    package var url: String
    package var expiresAt: Date
    package var createdAt: Date
    /// When its bytes were given up to retention; its record stays.
    @Nullable package var removedAt: Date?

    package init(
        id: String,
        runId: String,
        stage: String,
        attempt: Int,
        kind: String,
        clip: String?,
        name: String,
        mediaType: String,
        sha256: String,
        sizeBytes: Int64,
        url: String,
        expiresAt: Date,
        createdAt: Date,
        removedAt: Date?
    ) {
        self.id = id
        self.runId = runId
        self.stage = stage
        self.attempt = attempt
        self.kind = kind
        self.clip = clip
        self.name = name
        self.mediaType = mediaType
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.url = url
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.removedAt = removedAt
    }
}

/// One line of a run's append-only log.
package struct EventView: Codable, Sendable, Hashable {
    package var id: String
    /// Order within the whole log; `Last-Event-ID` of the stream.
    package var sequence: Int64
    package var runId: String
    /// A catalog type, or one of the log only, such as `job.started`.
    package var type: String
    @Nullable package var stage: String?
    @Nullable package var outputId: String?
    @Nullable package var attempt: Int?
    @Nullable package var problem: Problem?
    /// The job or short that is reused or waited for.
    @Nullable package var relatedId: String?
    package var createdAt: Date

    package init(
        id: String,
        sequence: Int64,
        runId: String,
        type: String,
        stage: String?,
        outputId: String?,
        attempt: Int?,
        problem: Problem?,
        relatedId: String?,
        createdAt: Date
    ) {
        self.id = id
        self.sequence = sequence
        self.runId = runId
        self.type = type
        self.stage = stage
        self.outputId = outputId
        self.attempt = attempt
        self.problem = problem
        self.relatedId = relatedId
        self.createdAt = createdAt
    }
}

/// One page of a list, newest first.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    package var data: [Item]
    package var hasMore: Bool
    @Nullable package var next: String?

    package init(data: [Item], hasMore: Bool, next: String?) {
        self.data = data
        self.hasMore = hasMore
        self.next = next
    }
}
