package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// One short of a run.
package struct OutputRecord: Sendable, Hashable {
    package let id: String
    package let runId: String
    package let clip: String
    package let ordinal: Int
    package let rank: Int
    package let title: String
    package let score: Double
    package let details: ShortDetails
    package let state: OutputState
    package let progress: Double
    package let qc: QualityReport?
    /// Digest of all that its renditions depend on; nil before it is rendered, and where a ratio is missing.
    package let fingerprint: String?
    /// The short whose renditions it attached instead of being rendered.
    package let reusedFrom: String?
    /// Somebody asked for it to be rendered again: no renditions of an equal one are attached.
    package let isAfresh: Bool
    package let warnings: [Warning]
    package let problem: Problem?
    package let renditions: [RenditionRecord]
    package let captions: [CaptionFileRecord]
    package let createdAt: Date
    package let finishedAt: Date?

    /// The short as clients see it; webhooks leave its words out.
    package func view(links: LinkMinter, now: Date, includesTranscript: Bool = true) -> OutputView {
        OutputView(
            id: id,
            runId: runId,
            clip: clip,
            ordinal: ordinal,
            rank: rank,
            title: title,
            score: score,
            subscores: details.subscores,
            reason: details.reason,
            state: state.rawValue,
            progress: state == .rendered ? 1 : progress,
            durationMs: details.durationMs,
            sourceRangesMs: details.sourceRangesMs,
            renditions: renditions.map { $0.view(links: links, now: now) },
            qc: qc,
            reusedFrom: state == .rendered ? reusedFrom : nil,
            transcript: includesTranscript ? details.transcript : nil,
            warnings: details.warnings + warnings,
            error: problem,
            captions: state == .rendered ? captions.map { $0.view(links: links, now: now) } : []
        )
    }

    static let columns = """
        o.id, o.run_id, o.clip, o.ordinal, o.rank, o.title, o.score, o.details, o.state, o.progress, o.qc,
        o.fingerprint, o.reused_from, o.afresh, o.warnings, o.problem, o.created_at, o.finished_at,
        (SELECT jsonb_agg(jsonb_build_object('artifact_id', a.id, 'name', a.name, 'size_bytes', a.size_bytes,
                    'sha256', a.sha256) ORDER BY a.name COLLATE "C")
         FROM jobs c
         JOIN artifacts a ON a.job_id = c.id AND a.attempt = c.attempt
         WHERE c.run_id = o.run_id AND c.stage = 'compose'
             AND a.name IN ('captions/' || o.clip || '.srt', 'captions/' || o.clip || '.vtt')) AS captions
        """

    init(_ row: Row, renditions: [RenditionRecord]) throws {
        id = try row.get("id")
        runId = try row.get("run_id")
        clip = try row.get("clip")
        ordinal = try row.get("ordinal")
        rank = try row.get("rank")
        title = try row.get("title")
        score = try row.get("score")
        details = try row.json("details")
        state = try row.get("state")
        progress = try row.get("progress")
        qc = try row.optionalJSON("qc")
        fingerprint = try row.get("fingerprint")
        reusedFrom = try row.get("reused_from")
        isAfresh = try row.get("afresh")
        warnings = try row.json("warnings")
        problem = try row.optionalJSON("problem")
        self.renditions = renditions
        captions = try row.optionalJSON("captions") ?? []
        createdAt = try row.get("created_at")
        finishedAt = try row.get("finished_at")
    }
}

/// A caption file of a short, which its run's composition published.
package struct CaptionFileRecord: Decodable, Sendable, Hashable {
    package let artifactId: String
    package let name: String
    package let sizeBytes: Int64
    package let sha256: String

    package func view(links: LinkMinter, now: Date) -> CaptionFileView {
        let (url, expiresAt) = links.link(artifactId: artifactId, now: now)
        return CaptionFileView(
            format: ArtifactName(parsing: name)?.fileExtension ?? "",
            artifactId: artifactId,
            url: url,
            expiresAt: expiresAt,
            sizeBytes: sizeBytes,
            sha256: sha256
        )
    }
}

/// One finished file of a short.
package struct RenditionRecord: Sendable, Hashable {
    package let outputId: String
    package let aspectRatio: AspectRatio
    package let artifactId: String
    package let thumbnailId: String?
    package let width: Int
    package let height: Int
    package let durationMs: Int
    package let sizeBytes: Int64
    package let sha256: String

    package func view(links: LinkMinter, now: Date) -> RenditionView {
        let (url, expiresAt) = links.link(artifactId: artifactId, now: now)
        return RenditionView(
            aspectRatio: aspectRatio,
            artifactId: artifactId,
            url: url,
            expiresAt: expiresAt,
            thumbnailUrl: thumbnailId.map { links.link(artifactId: $0, now: now).url },
            width: width,
            height: height,
            durationMs: durationMs,
            sizeBytes: sizeBytes,
            sha256: sha256
        )
    }

    init(_ row: Row) throws {
        outputId = try row.get("output_id")
        aspectRatio = try row.get("aspect_ratio")
        artifactId = try row.get("artifact_id")
        thumbnailId = try row.get("thumbnail_id")
        width = try row.get("width")
        height = try row.get("height")
        durationMs = try row.get("duration_ms")
        sizeBytes = Int64(try row.get("size_bytes", as: Int.self))
        sha256 = try row.get("sha256")
    }
}
