package import Foundation

/// A run as clients see it.
package struct RunView: Codable, Sendable, Hashable {
    package struct WorkflowPart: Codable, Sendable, Hashable {
        package var name: String
        /// `in_progress`, `completed`, `failed` or `cancelled`.
        package var state: String
        @Nullable package var startedAt: Date?
        @Nullable package var completedAt: Date?
        @Nullable package var failedAt: Date?

        package init(name: String, state: String, startedAt: Date?, completedAt: Date?, failedAt: Date?) {
            self.name = name
            self.state = state
            self.startedAt = startedAt
            self.completedAt = completedAt
            self.failedAt = failedAt
        }
    }

    package struct Delivery: Codable, Sendable, Hashable {
        package var state: String
        package var total: Int
        package var pending: Int
        package var rendering: Int
        package var rendered: Int
        /// Those of the rendered whose every check passed.
        package var ready: Int
        package var failed: Int

        package init(
            state: String,
            total: Int,
            pending: Int,
            rendering: Int,
            rendered: Int,
            ready: Int,
            failed: Int
        ) {
            self.state = state
            self.total = total
            self.pending = pending
            self.rendering = rendering
            self.rendered = rendered
            self.ready = ready
            self.failed = failed
        }
    }

    package struct Source: Codable, Sendable, Hashable {
        @Nullable package var url: String?
        @Nullable package var assetId: String?
        @Nullable package var sha256: String?
        @Nullable package var sizeBytes: Int64?
        @Nullable package var durationMs: Int?

        package init(url: String?, assetId: String?, sha256: String?, sizeBytes: Int64?, durationMs: Int?) {
            self.url = url
            self.assetId = assetId
            self.sha256 = sha256
            self.sizeBytes = sizeBytes
            self.durationMs = durationMs
        }
    }

    /// Where the review of the plan stands.
    package struct Review: Codable, Sendable, Hashable {
        /// `waiting` or `accepted`.
        package var state: String
        package var requestedAt: Date
        @Nullable package var reviewedAt: Date?
        /// Whether the plan was changed; null while it waits.
        @Nullable package var edited: Bool?
        /// What the reviewer wrote.
        @Nullable package var note: String?

        package init(
            state: String,
            requestedAt: Date,
            reviewedAt: Date? = nil,
            edited: Bool? = nil,
            note: String? = nil
        ) {
            self.state = state
            self.requestedAt = requestedAt
            self.reviewedAt = reviewedAt
            self.edited = edited
            self.note = note
        }
    }

    /// What the client brought, so that no stage had to find it.
    package struct Provided: Codable, Sendable, Hashable {
        package var transcript: Bool
        /// How many moments.
        package var moments: Int

        package init(transcript: Bool, moments: Int) {
            self.transcript = transcript
            self.moments = moments
        }

        package init(_ input: ProvidedInput) {
            self.init(transcript: input.transcript != nil, moments: input.moments?.count ?? 0)
        }
    }

    package var id: String
    package var state: String
    package var workflow: WorkflowPart
    package var delivery: Delivery
    /// 0 to 1 over the whole way to the last rendition.
    package var progress: Double
    package var source: Source
    package var style: StylePin
    package var options: RunOptions
    /// Null unless the run waits, or waited, for a review.
    @Nullable package var review: Review?
    /// Null when the client brought nothing but the source.
    @Nullable package var provided: Provided?
    /// Left out in webhooks.
    package var jobs: [JobView]?
    package var warnings: [Warning]
    @Nullable package var error: Problem?
    package var metadata: [String: String]
    @Nullable package var externalId: String?
    @Nullable package var rerunOf: String?
    package var createdAt: Date
    @Nullable package var finishedAt: Date?

    package init(
        id: String,
        state: String,
        workflow: WorkflowPart,
        delivery: Delivery,
        progress: Double,
        source: Source,
        style: StylePin,
        options: RunOptions,
        review: Review? = nil,
        provided: Provided? = nil,
        jobs: [JobView]?,
        warnings: [Warning],
        error: Problem?,
        metadata: [String: String],
        externalId: String?,
        rerunOf: String?,
        createdAt: Date,
        finishedAt: Date?
    ) {
        self.id = id
        self.state = state
        self.workflow = workflow
        self.delivery = delivery
        self.progress = progress
        self.source = source
        self.style = style
        self.options = options
        self.review = review
        self.provided = provided
        self.jobs = jobs
        self.warnings = warnings
        self.error = error
        self.metadata = metadata
        self.externalId = externalId
        self.rerunOf = rerunOf
        self.createdAt = createdAt
        self.finishedAt = finishedAt
    }
}
