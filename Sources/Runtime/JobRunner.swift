import Contracts
import Logging
import Pipeline
import Providers
import Store
import Threads

/// Does one claimed job: a stage of the runtime here, any other by a task for its provider.
struct JobRunner: Sendable {
    let context: RuntimeContext
    let leases: LeaseKeeper

    func run(_ claimed: ClaimedJob) async {
        var logger = context.logger
        logger[metadataKey: "run"] = "\(claimed.run.id)"
        logger[metadataKey: "job"] = "\(claimed.job.id)"
        logger[metadataKey: "stage"] = "\(claimed.job.stage.rawValue)"
        logger[metadataKey: "attempt"] = "\(claimed.job.attempt)"
        CrashPoint.claimAfterCommit.pass()
        let held = leases.hold(claimed.lease)
        defer { leases.drop(held) }
        do {
            try await held.whileHeld { [logger] in try await perform(claimed, logger: logger) }
        } catch is LeaseLost {
            logger.info("stage given up: it is not this process's any more")
        } catch {
            await giveUp(claimed, error: error, logger: logger)
        }
    }

    private func perform(_ claimed: ClaimedJob, logger: Logger) async throws {
        guard let workflow = Workflow.named(claimed.run.workflow),
            let definition = workflow.definition(of: claimed.job.stage)
        else { throw Problem(.unknownWorkflow, detail: "There is no workflow '\(claimed.run.workflow)'.") }
        guard let claimed = try await withSource(claimed, logger: logger) else { return }
        if let raceAttempt = claimed.job.raceAttempt, definition.performer == .transcription {
            let held = try await context.store.heldResults(
                jobId: claimed.job.id,
                raceAttempt: raceAttempt,
                name: .transcript
            )
            if !held.isEmpty { return try await pick(held, claimed, definition, logger: logger) }
        }
        let performer = try performer(of: definition, claimed)
        let fingerprint = try StageFingerprint.make(
            definition,
            run: claimed.run,
            artifacts: RunArtifacts(claimed.artifacts),
            identity: try performer.identity(context),
            configuration: context.configuration
        )
        if claimed.run.options.reuse, !claimed.job.isAfresh {
            let reuse = StageReuse(context: context, logger: logger)
            if try await reuse.settles(claimed, fingerprint: fingerprint) { return }
        }
        switch performer {
        case .here(let stage): try await execute(stage, claimed, fingerprint: fingerprint, logger: logger)
        case .delegate(let delegation): try await delegate(claimed, delegation, logger: logger)
        }
    }

    /// Ends the job with the better of the results that its tasks hold.
    private func pick(
        _ held: [HeldResult],
        _ claimed: ClaimedJob,
        _ definition: StageDefinition,
        logger: Logger
    ) async throws {
        let workspace = StageWorkspace(claimed: claimed, context: context)
        let route = context.transcriptionRoute(of: claimed.run)
        let picked = try await TranscriptPick(workspace: workspace, held: held, route: route).pick()
        // Of one alone it is what that one would have made alone.
        let identities = route.candidates.filter { name in held.contains { $0.provider == name } }
            .compactMap { context.providers[$0]?.identity(for: .transcribe) }
        let fingerprint = try StageFingerprint.make(
            definition,
            run: claimed.run,
            artifacts: workspace.artifacts,
            identity: identities.joined(separator: " | "),
            configuration: context.configuration
        )
        let isDone = try await finishing { [context] in
            try await context.store.completeJob(
                claimed.lease,
                artifacts: [picked.artifact],
                fingerprint: fingerprint,
                provider: picked.provider,
                warnings: picked.warnings
            )
        }
        logger.info(
            isDone ? "transcript picked" : "stage was taken by another process",
            metadata: ["provider": "\(picked.provider)"]
        )
        context.announce()
    }

    /// Who does a stage.
    private enum Performer {
        case here(any RuntimeStage)
        case delegate(Delegation)

        func identity(_ context: RuntimeContext) throws(Problem) -> String {
            switch self {
            case .here(let stage): try stage.identity(context)
            case .delegate(let delegation): delegation.identity
            }
        }
    }

    private func performer(
        of definition: StageDefinition,
        _ claimed: ClaimedJob
    ) throws(Problem) -> Performer {
        if let stage = RuntimeStages.performer(of: definition.stage, run: claimed.run) { return .here(stage) }
        guard let kind = ProviderTask.Kind(rawValue: definition.stage.rawValue) else {
            throw Problem(.unknownStage, detail: "Nobody performs stage '\(definition.stage.rawValue)'.")
        }
        return .delegate(
            try context.delegation(
                of: definition,
                as: kind,
                run: claimed.run,
                gaveUp: claimed.job.gaveUp
            )
        )
    }

    /// The job with the source of its run, which its first stage fetches; nil when the job was lost meanwhile.
    private func withSource(_ claimed: ClaimedJob, logger: Logger) async throws -> ClaimedJob? {
        guard claimed.job.stage == .transcode, claimed.run.asset == nil else { return claimed }
        guard try await SourceFetcher(context: context).fetch(for: claimed, logger: logger) else {
            return nil
        }
        let run = try await context.store.run(tenantId: claimed.run.tenantId, id: claimed.run.id)
        return run.map(claimed.with)
    }

    private func execute(
        _ stage: any RuntimeStage,
        _ claimed: ClaimedJob,
        fingerprint: String,
        logger: Logger
    ) async throws {
        let workspace = StageWorkspace(claimed: claimed, context: context)
        let result = try await stage.perform(workspace)
        let usage = workspace.meter.usage()
        CrashPoint.stageComputed.pass()
        let identity = try stage.identity(context)
        let kept = result.isReusable ? fingerprint : nil
        let isDone = try await finishing { [context] in
            guard let composed = result.composed else {
                return try await context.store.completeJob(
                    claimed.lease,
                    artifacts: result.artifacts,
                    fingerprint: kept,
                    provider: identity,
                    usage: usage,
                    warnings: result.warnings
                )
            }
            return try await context.store.completeCompose(
                claimed.lease,
                artifacts: result.artifacts,
                compositionLocation: composed.location,
                fingerprint: fingerprint,
                usage: usage,
                warnings: result.warnings,
                shorts: composed.shorts
            )
        }
        (result.composed == nil ? CrashPoint.completionAfterCommit : .fanOutAfterCommit).pass()
        logger.info(isDone ? "stage completed" : "stage was taken by another process")
        context.announce()
    }

    private func delegate(
        _ claimed: ClaimedJob,
        _ delegation: Delegation,
        logger: Logger
    ) async throws {
        let news = delegation.providers.map { provider in
            context.newTask(
                kind: delegation.kind,
                provider: provider,
                mediaMs: claimed.run.asset?.media?.durationMs,
                hasFallback: delegation.hasFallback
            )
        }
        let tasks = try await finishing { [context] in
            try await context.store.mintTasks(claimed.lease, news)
        }
        CrashPoint.dispatchAfterMint.pass()
        for task in tasks ?? [] {
            logger.info("task minted", metadata: ["task": "\(task.id)", "provider": "\(task.provider)"])
        }
        context.wake.wake()
    }

    private func giveUp(_ claimed: ClaimedJob, error: any Error, logger: Logger) async {
        // Work that was ended from outside, or met no database, has not failed: it is handed back, its try not spent.
        let isUnspent = Task.isCancelled || error is CancellationError || Store.isAway(error)
        do {
            try await finishing { [context] in
                if isUnspent {
                    CrashPoint.drainBeforeHandBack.pass()
                    _ = try await context.store.releaseJob(claimed.lease)
                    return
                }
                let problem = Problem(failure: error)
                let delayMs = problem.failure.delayMs(after: claimed.job.tries, jitter: context.jitter())
                logger.warning(
                    delayMs == nil ? "stage failed" : "stage failed and is tried again",
                    metadata: ["problem": "\(problem.slug)", "error": "\(error)"]
                )
                _ = try await context.store.failJob(claimed.lease, problem: problem, retryAfterMs: delayMs)
            }
            context.announce()
        } catch {
            // The lease runs out and the job is taken again.
            logger.error("the end of a job could not be written", metadata: ["error": "\(error)"])
        }
    }
}
