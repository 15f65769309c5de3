import Artifacts
import Contracts
import Logging
import Pipeline
import Store

/// Saves a claimed stage the work that an equal one has done, or is doing.
struct StageReuse: Sendable {
    let context: RuntimeContext
    let logger: Logger

    /// Code of the warning about a finished result that could not be attached.
    static let refusedCode = "reuse-refused"

    /// True when nothing is left to do here: a result was attached, or the job waits for one.
    ///
    /// False means that the stage is to be computed, and that nobody else computes it meanwhile.
    func settles(_ claimed: ClaimedJob, fingerprint: String) async throws -> Bool {
        let tenantId = claimed.run.tenantId
        var refused: [String: Warning] = [:]
        var isBegun = false
        while true {
            let found = try await context.store.reusableJob(
                tenantId: tenantId,
                stage: claimed.job.stage,
                fingerprint: fingerprint
            )
            if let found, refused[found.job.id] == nil {
                guard let warning = try await doubt(found) else {
                    try await attach(found, to: claimed, fingerprint: fingerprint)
                    return true
                }
                refused[found.job.id] = warning
                logger.warning("a finished result is not reused", metadata: ["reason": "\(warning.detail)"])
                isBegun = false
            }
            // Looked at once more after the right is ours: who had it may have finished between.
            if isBegun { return false }
            let computing = try await context.store.beginComputing(
                claimed.lease,
                tenantId: tenantId,
                fingerprint: fingerprint,
                warnings: refused.sorted { $0.key < $1.key }.map(\.value)
            )
            switch computing {
            case .begun: isBegun = true
            case .waiting(let jobId):
                logger.info("stage waits for an equal one", metadata: ["waits_on": "\(jobId)"])
                return true
            case .lost: throw LeaseLost()
            }
        }
    }

    /// What is wrong with a finished result, or nil when it may be attached.
    private func doubt(_ found: ReusableJob) async throws -> Warning? {
        guard
            let reason = try await ArtifactVerifier(artifacts: context.artifacts).fault(in: found.artifacts)
        else { return nil }
        return Warning(
            code: Self.refusedCode,
            detail: "The result of job \(found.job.id) was not reused: \(reason). The stage was run instead."
        )
    }

    private func attach(_ found: ReusableJob, to claimed: ClaimedJob, fingerprint: String) async throws {
        let artifacts = found.artifacts.map(NewArtifact.init(copying:))
        let warnings = found.job.warnings.filter { $0.code != Self.refusedCode }
        let isDone: Bool
        if claimed.job.stage == .compose {
            let workspace = StageWorkspace(claimed: claimed, context: context)
            let record = try RunArtifacts(found.artifacts).record(.composition)
            let composed = try await ComposeStage().composed(record, workspace)
            isDone = try await finishing { [context] in
                try await context.store.completeCompose(
                    claimed.lease,
                    artifacts: artifacts,
                    compositionLocation: composed.location,
                    fingerprint: fingerprint,
                    warnings: warnings,
                    reusedFrom: found.job.id,
                    shorts: composed.shorts
                )
            }
        } else {
            let media = try await media(found)
            isDone = try await finishing { [context] in
                try await context.store.completeJob(
                    claimed.lease,
                    artifacts: artifacts,
                    fingerprint: fingerprint,
                    provider: found.job.provider,
                    warnings: warnings,
                    reusedFrom: found.job.id,
                    media: media
                )
            }
        }
        logger.info(
            isDone ? "result of an equal stage attached" : "stage was taken by another process",
            metadata: ["reused_from": "\(found.job.id)"]
        )
        context.announce()
    }

    /// What a transcode says of the source.
    private func media(_ found: ReusableJob) async throws -> AssetView.Media? {
        guard found.job.stage == .transcode else { return nil }
        let record = try RunArtifacts(found.artifacts).record(.mediaInfo)
        return AssetView.Media(ofSourceOf: try await context.readJSON(MediaInfo.self, record))
    }
}
