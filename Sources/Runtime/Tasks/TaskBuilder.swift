import Contracts
import Foundation
import Pipeline
import Providers
import Store
import Threads

/// Makes the message that tells a provider of a task; the same stored task always gives the same work.
struct TaskBuilder: Sendable {
    let context: RuntimeContext

    func build(_ claimed: ClaimedTask) async throws -> ProviderTask {
        let task = claimed.task
        guard let kind = ProviderTask.Kind(rawValue: task.kind) else {
            throw Problem(.unknownStage, detail: "There is no task of kind '\(task.kind)'.")
        }
        let short = kind == .render ? try await short(of: claimed) : nil
        let token = context.tokens.token(taskId: task.id)
        let isElsewhere = context.providers[task.provider]?.callbackMeaning == .signals
        let configuration = context.configuration
        let base =
            isElsewhere ? configuration.publicURL ?? configuration.gatewayURL : configuration.gatewayURL
        let links = isElsewhere ? context.publicLinks : context.links
        // What a hosted provider needs beside what the stage reads.
        let isHostedFraming = isElsewhere && kind == .framing
        return ProviderTask(
            taskId: task.id,
            attempt: task.attempt,
            kind: kind,
            deadline: task.deadlineAt,
            callbackUrl: "\(base)/v1/callbacks/\(task.provider)/\(token)",
            uploadUrl: "\(base)/v1/uploads/\(token)",
            inputs: try inputs(claimed, links, withSource: isHostedFraming)
                + (try await assets(of: short, links)),
            parameters: ProviderTask.Parameters(
                durationMsMax: kind == .transcode ? context.configuration.sourceDurationMsMax : nil,
                language: kind == .transcribe ? claimed.run.options.language : nil,
                aspectRatios: kind == .framing ? StageReads.framedRatios : nil,
                short: short,
                clips: isHostedFraming ? try await clips(of: claimed) : nil
            ),
            outputId: task.outputId
        )
    }

    /// `withSource` adds the file that the clips were cut from.
    private func inputs(
        _ claimed: ClaimedTask,
        _ links: LinkMinter,
        withSource: Bool
    ) throws -> [ProviderTask.Input] {
        let now = context.now()
        if claimed.job.stage == .transcode {
            guard let asset = claimed.run.asset else {
                throw Problem(.artifactMissing, detail: "The source is not there.", retryable: false)
            }
            let url = links.assetLink(assetId: asset.id, now: now).url
            return [
                ProviderTask.Input(name: "source", url: url, sha256: asset.sha256, sizeBytes: asset.sizeBytes)
            ]
        }
        let artifacts = RunArtifacts(claimed.artifacts)
        let read = try StageReads.artifacts(
            of: claimed.job.stage,
            in: artifacts,
            clip: claimed.output?.clip
        )
        // Whoever needs it says so where it is not kept any more.
        let source = withSource ? (try? artifacts.record(.mediaFile)) : nil
        return (read + [source].compactMap(\.self)).map { record in
            ProviderTask.Input(
                name: record.name.description,
                url: links.link(artifactId: record.id, now: now).url,
                sha256: record.sha256,
                sizeBytes: record.sizeBytes
            )
        }
    }

    private func clips(of claimed: ClaimedTask) async throws -> [ClipMedia] {
        var clips: [ClipMedia] = []
        for record in try RunArtifacts(claimed.artifacts).clips(.clipMedia, fileExtension: "json") {
            clips.append(try await context.readJSON(ClipMedia.self, record))
        }
        return clips
    }

    private func short(of claimed: ClaimedTask) async throws -> Composition.Short {
        let record = try RunArtifacts(claimed.artifacts).record(.composition)
        let composition = try await CompositionCache.shared.composition(record, context: context)
        guard let short = composition.shorts.first(where: { $0.clip == claimed.output?.clip }) else {
            throw Problem(
                .artifactInvalid,
                detail: "The composition lacks '\(claimed.output?.clip ?? "the short")'."
            )
        }
        return short
    }

    private func assets(
        of short: Composition.Short?,
        _ links: LinkMinter
    ) async throws -> [ProviderTask.Input] {
        var inputs: [ProviderTask.Input] = []
        for asset in short?.assets ?? [] {
            guard let record = try await context.store.styleAsset(sha256: asset.sha256) else {
                throw Problem(
                    .artifactMissing,
                    detail: "The style's \(asset.kind.rawValue) \(asset.sha256) is not there.",
                    retryable: false
                )
            }
            inputs.append(
                ProviderTask.Input(
                    name: asset.inputName,
                    url: links.styleAssetLink(sha256: asset.sha256, now: context.now()).url,
                    sha256: asset.sha256,
                    sizeBytes: record.sizeBytes
                )
            )
        }
        return inputs
    }
}

/// The compositions that were read last: all shorts of a run are dispatched one after the other.
private final class CompositionCache: Sendable {
    static let shared = CompositionCache()
    private static let entriesMax = 4
    private let entries = Locked<[(sha256: String, composition: Composition)]>([])

    func composition(_ record: ArtifactRecord, context: RuntimeContext) async throws -> Composition {
        let known = entries.withLock { entries in entries.first { $0.sha256 == record.sha256 }?.composition }
        if let known { return known }
        let composition = try await context.readJSON(Composition.self, record)
        entries.withLock { entries in
            entries.append((record.sha256, composition))
            if entries.count > Self.entriesMax { entries.removeFirst() }
        }
        return composition
    }
}
