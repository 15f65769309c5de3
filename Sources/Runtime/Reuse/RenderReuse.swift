import Artifacts
import Contracts
import Logging
import Pipeline
import Signatures
import Store

/// Saves a short the rendering that an equal one has had, or is having.
struct RenderReuse: Sendable {
    let context: RuntimeContext
    let logger: Logger

    /// How soon a short that waits for an equal one is looked at again.
    static let waitMs = 1_000

    /// True when nothing is to be dispatched now: renditions were attached, or the short waits for them.
    ///
    /// False means that the short is to be rendered, and that nobody else renders it meanwhile.
    func settles(
        _ claimed: ClaimedTask,
        _ message: ProviderTask,
        identity: String
    ) async throws -> Bool {
        guard let output = claimed.output, let short = message.parameters.short else { return false }
        let fingerprint = try RenderFingerprint.make(short, inputs: message.inputs, identity: identity)
        let isShared = claimed.run.options.reuse && !output.isAfresh
        var refused: [String: Warning] = [:]
        var isBegun = false
        while true {
            if isShared, let found = try await reusable(claimed.run.tenantId, fingerprint),
                refused[found.output.id] == nil
            {
                guard let warning = try await doubt(found) else {
                    try await attach(found, to: output, claimed)
                    return true
                }
                refused[found.output.id] = warning
                logger.warning("a rendered short is not reused", metadata: ["reason": "\(warning.detail)"])
                isBegun = false
            }
            // Looked at once more after the right is ours: who had it may have finished between.
            if isBegun { return false }
            let rendering = try await context.store.beginRendering(
                claimed.lease,
                outputId: output.id,
                tenantId: claimed.run.tenantId,
                fingerprint: fingerprint,
                isShared: isShared,
                warnings: refused.sorted { $0.key < $1.key }.map(\.value)
            )
            switch rendering {
            case .begun: isBegun = true
            case .waiting(let outputId):
                logger.debug("short waits for an equal one", metadata: ["waits_on": "\(outputId)"])
                _ = try await finishing { [context] in
                    try await context.store.taskQueued(claimed.lease, delayMs: Self.waitMs)
                }
                return true
            case .lost: return true
            }
        }
    }

    private func reusable(_ tenantId: String, _ fingerprint: String) async throws -> ReusableOutput? {
        try await context.store.reusableOutput(tenantId: tenantId, fingerprint: fingerprint)
    }

    /// What is wrong with a rendered short, or nil when its renditions may be attached.
    private func doubt(_ found: ReusableOutput) async throws -> Warning? {
        guard
            let reason = try await ArtifactVerifier(artifacts: context.artifacts).fault(in: found.artifacts)
        else { return nil }
        return Warning(
            code: StageReuse.refusedCode,
            detail:
                "The renditions of short \(found.output.id) were not reused: \(reason). It was rendered anew."
        )
    }

    private func attach(_ found: ReusableOutput, to output: OutputRecord, _ claimed: ClaimedTask) async throws
    {
        let renamer = ClipRenamer(context: context, claimed: claimed, clip: output.clip)
        var artifacts: [NewArtifact] = []
        for record in found.artifacts { artifacts.append(try await renamer.artifact(record)) }
        let byId = Dictionary(
            found.artifacts.map { ($0.id, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        let renditions = try found.output.renditions.map { rendition in
            guard let file = byId[rendition.artifactId] else {
                throw Problem(.artifactMissing, detail: "A rendition of \(found.output.id) has no file.")
            }
            return NewRendition(
                aspectRatio: rendition.aspectRatio,
                artifactName: renamer.name(file),
                thumbnailName: rendition.thumbnailId.flatMap { byId[$0] }.map(renamer.name),
                width: rendition.width,
                height: rendition.height,
                durationMs: rendition.durationMs
            )
        }
        var qc = found.output.qc
        qc?.clip = output.clip
        let warnings = found.output.warnings.filter { $0.code != StageReuse.refusedCode }
        let isDone = try await finishing { [context, artifacts, qc] in
            try await context.store.attachOutput(
                claimed.lease,
                from: found.output,
                artifacts: artifacts,
                renditions: renditions,
                qc: qc,
                warnings: warnings
            )
        }
        logger.info(
            isDone ? "renditions of an equal short attached" : "task was taken by another process",
            metadata: ["reused_from": "\(found.output.id)"]
        )
        context.announce()
    }
}
