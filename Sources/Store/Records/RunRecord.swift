package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// One source being repurposed.
package struct RunRecord: Sendable, Hashable {
    package let id: String
    package let tenantId: String
    package let workflow: String
    package let state: RunState
    package let sourceURL: String?
    /// The source's asset, once it is known.
    package let asset: AssetRecord?
    package let style: StylePin
    package let options: RunOptions
    package let metadata: [String: String]
    package let externalId: String?
    package let rerunOf: String?
    /// What the client brought in place of what stages would find.
    package let provided: ProvidedInput?
    /// Nil unless the run waits, or waited, for a review of its plan.
    package let review: RunView.Review?
    package let compositionLocation: String?
    package let problem: Problem?
    package let createdAt: Date
    package let startedAt: Date
    package let analysisCompletedAt: Date?
    package let finishedAt: Date?
    package let failedAt: Date?
    package let cancelledAt: Date?

    /// All runs with their assets; a WHERE clause follows.
    static let select: SQL = """
        SELECT r.id, r.tenant_id, r.workflow, r.state, r.source_url, r.source_asset_id, r.style_package,
            r.style_version, r.style_digest, r.options, r.metadata, r.external_id, r.rerun_of,
            r.composition_location, r.problem, r.created_at, r.started_at, r.analysis_completed_at, r.finished_at,
            r.failed_at, r.cancelled_at, r.provided, r.review_state, r.review_requested_at, r.reviewed_at,
            r.review_edited, r.review_note, a.sha256 AS asset_sha256, a.size_bytes AS asset_size_bytes,
            a.location AS asset_location, a.media AS asset_media, a.created_at AS asset_created_at
        FROM runs r
        LEFT JOIN assets a ON a.id = r.source_asset_id
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        tenantId = try row.get("tenant_id")
        workflow = try row.get("workflow")
        state = try row.get("state")
        sourceURL = try row.get("source_url")
        asset = try AssetRecord(ofRun: row)
        style = StylePin(
            package: try row.get("style_package"),
            version: try row.get("style_version"),
            digest: try row.get("style_digest")
        )
        options = try row.json("options")
        metadata = try row.json("metadata")
        externalId = try row.get("external_id")
        rerunOf = try row.get("rerun_of")
        provided = try row.optionalJSON("provided")
        review = try RunView.Review(ofRun: row)
        compositionLocation = try row.get("composition_location")
        problem = try row.optionalJSON("problem")
        createdAt = try row.get("created_at")
        startedAt = try row.get("started_at")
        analysisCompletedAt = try row.get("analysis_completed_at")
        finishedAt = try row.get("finished_at")
        failedAt = try row.get("failed_at")
        cancelledAt = try row.get("cancelled_at")
    }
}

extension RunView.Review {
    /// Reads the columns of the review out of a row of `RunRecord.select`.
    fileprivate init?(ofRun row: Row) throws {
        guard let state: String = try row.get("review_state") else { return nil }
        self.init(
            state: state,
            requestedAt: try row.get("review_requested_at"),
            reviewedAt: try row.get("reviewed_at"),
            edited: try row.get("review_edited"),
            note: try row.get("review_note")
        )
    }
}

extension AssetRecord {
    /// Reads the asset's columns out of a row of `RunRecord.select`.
    fileprivate init?(ofRun row: Row) throws {
        guard let id: String = try row.get("source_asset_id") else { return nil }
        self.init(
            id: id,
            tenantId: try row.get("tenant_id"),
            sha256: try row.get("asset_sha256"),
            sizeBytes: Int64(try row.get("asset_size_bytes", as: Int.self)),
            location: try row.get("asset_location"),
            media: try row.optionalJSON("asset_media"),
            createdAt: try row.get("asset_created_at")
        )
    }
}
