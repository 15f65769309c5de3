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
        let performer = try performer(of: definition, run: claimed.run)
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
        case .delegate(let provider, let kind):
            try await delegate(claimed, as: kind, to: provider, logger: logger)
        }
    }

    /// Who does a stage.
    private enum Performer {
        case here(any RuntimeStage)
        case delegate(any Provider, ProviderTask.Kind)

        func identity(_ context: RuntimeContext) throws(Problem) -> String {
            switch self {
            case .here(let stage): try stage.identity(context)
            case .delegate(let provider, let kind): provider.identity(for: kind)
            }
        }
    }

    private func performer(of definition: StageDefinition, run: RunRecord) throws(Problem) -> Performer {
        if let stage = RuntimeStages.performer(of: definition.stage, run: run) { return .here(stage) }
        guard let kind = ProviderTask.Kind(rawValue: definition.stage.rawValue) else {
            throw Problem(.unknownStage, detail: "Nobody performs stage '\(definition.stage.rawValue)'.")
        }
        return .delegate(try context.provider(for: definition, run: run), kind)
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
        let meter = StageMeter()
        let result = try await stage.perform(workspace)
        let usage = meter.usage()
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
        as kind: ProviderTask.Kind,
        to provider: any Provider,
        logger: Logger
    ) async throws {
        let new = context.newTask(
            kind: kind,
            provider: provider,
            mediaMs: claimed.run.asset?.media?.durationMs
        )
        let task = try await finishing { [context] in try await context.store.mintTask(claimed.lease, new) }
        CrashPoint.dispatchAfterMint.pass()
        logger.info(
            "task minted",
            metadata: ["task": "\(task?.id ?? "none")", "provider": "\(provider.name)"]
        )
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
