import Contracts
import Foundation
import Pipeline
import Postgres

extension Transaction {
    /// Locks a task, decides what the end of one of its attempts changes, and makes it so.
    func settle(
        taskId: String,
        attempt: Int,
        outcome: TaskOutcome,
        by way: SettledBy? = nil,
        links: LinkMinter,
        jitter: Double
    ) throws -> Settled {
        guard let locked = try lockedTask(id: taskId) else { return .unknown }
        let decision = locked.facts.decide(TaskSignal(outcome.event, attempt: attempt), jitter: jitter)
        try apply(decision, to: locked, outcome: outcome, links: links)
        if let way, decision.endsTask {
            try execute("UPDATE tasks SET settled_by = \(way.rawValue) WHERE id = \(taskId)")
        }
        return Settled(decision)
    }

    /// Makes so what was decided over a task whose run and row are locked.
    ///
    /// `outcome` is what the decision was made from; several tasks may be settled in one transaction, those of one
    /// run in any order.
    func apply(
        _ decision: TaskDecision,
        to locked: LockedTask,
        outcome: TaskOutcome,
        links: LinkMinter
    ) throws {
        let task = locked.task
        switch decision {
        case .ignore, .noteDispatched, .noteSubmitUnknown, .noteProgress: return
        case .complete(let isWanted):
            try end(task, state: .completed, problem: nil)
            guard isWanted, let job = locked.job else { return }
            try complete(task, job: job, outcome: outcome, links: links)
        case .hold(let isLast):
            try end(task, state: .completed, problem: nil)
            if isLast, let job = locked.job { try pick(job) }
        case .remint(let delayMs, let cause):
            try remint(task, problem: outcome.problem, afterMs: delayMs, cause: cause)
        case .fail(let consequence):
            let problem = outcome.problem ?? Problem(.stageFailed, detail: "the task failed without a reason")
            try end(task, state: .failed, problem: problem)
            switch (consequence, locked.job, task.outputId) {
            case (.retryJob(let delayMs), let job?, _): try retry(job, problem: problem, afterMs: delayMs)
            case (.failRun, let job?, _): try fail(job, problem: problem, links: links)
            case (.failOver, let job?, _): try failOver(job, from: task.provider, problem: problem)
            case (.leaveToRival, let job?, _): try giveUp(job, provider: task.provider, problem: problem)
            case (.pick, let job?, _):
                try giveUp(job, provider: task.provider, problem: problem)
                try pick(job)
            case (.failShort, _, let outputId?):
                try fail(outputId: outputId, runId: task.runId, problem: problem, links: links)
            default: return
            }
        }
    }

    private func complete(
        _ task: TaskRecord,
        job: JobRecord,
        outcome: TaskOutcome,
        links: LinkMinter
    ) throws {
        guard
            case .completed(
                let artifacts,
                let qc,
                let renditions,
                let fingerprint,
                let usage,
                let warnings,
                let media,
                let lack
            ) = outcome
        else { return }
        if let outputId = task.outputId {
            let result = OutputResult(
                qc: qc,
                renditions: renditions,
                warnings: warnings,
                usage: usage,
                isWhole: lack == nil
            )
            try complete(outputId: outputId, job: job, artifacts: artifacts, result, links: links)
            return
        }
        let ending = JobEnding(
            fingerprint: fingerprint,
            provider: task.provider,
            usage: usage,
            warnings: warnings
        )
        try complete(job, artifacts: artifacts, ending, links: links)
        if let media { try note(media, ofSourceOf: task.runId) }
    }

    private func complete(
        outputId: String,
        job: JobRecord,
        artifacts: [NewArtifact],
        _ result: OutputResult,
        links: LinkMinter
    ) throws {
        let ids = try publish(artifacts, job: job)
        for rendition in result.renditions {
            let name = rendition.artifactName.description
            guard let artifactId = ids[name] else { throw StoreError.missingArtifact(name) }
            let thumbnailId = rendition.thumbnailName.flatMap { ids[$0.description] }
            try execute(
                """
                INSERT INTO renditions (output_id, aspect_ratio, artifact_id, thumbnail_id, width, height, duration_ms)
                VALUES (\(outputId), \(rendition.aspectRatio), \(artifactId), \(thumbnailId), \(rendition.width),
                    \(rendition.height), \(rendition.durationMs))
                """
            )
        }
        let changed = try execute(
            """
            UPDATE outputs
            SET state = 'rendered', progress = 1, finished_at = now(), qc = \(try SQLJSON.optional(result.qc)),
                warnings = warnings || \(try SQLJSON(encoding: result.warnings)), problem = NULL, waits_on = NULL,
                computing = NULL, fingerprint = CASE WHEN \(result.isWhole) THEN fingerprint END
            WHERE id = \(outputId) AND state IN ('pending', 'rendering')
            """
        )
        guard changed == 1 else { return }
        if let usage = result.usage { try add(usage, toRendering: job) }
        try announce(.outputRendered, run: job.runId, outputId: outputId, links: links)
        try closeDelivery(runId: job.runId, links: links)
    }

    private func fail(outputId: String, runId: String, problem: Problem, links: LinkMinter) throws {
        let changed = try execute(
            """
            UPDATE outputs
            SET state = 'failed', finished_at = now(), problem = \(try SQLJSON(encoding: problem)),
                waits_on = NULL, computing = NULL
            WHERE id = \(outputId) AND state IN ('pending', 'rendering')
            """
        )
        guard changed == 1 else { return }
        try announce(.outputFailed, run: runId, outputId: outputId, links: links)
        try closeDelivery(runId: runId, links: links)
    }

    /// Adds what one short cost to its render job: processor time is summed, memory is the highest.
    private func add(_ usage: TaskReport.Usage, toRendering job: JobRecord) throws {
        try execute(
            """
            UPDATE jobs
            SET usage = jsonb_build_object(
                'wall_ms', (extract(epoch FROM now() - started_at) * 1000)::bigint,
                'cpu_ms', coalesce((usage ->> 'cpu_ms')::bigint, 0) + \(usage.cpuMs),
                'peak_rss_bytes',
                greatest(coalesce((usage ->> 'peak_rss_bytes')::bigint, 0), \(Int(usage.peakRssBytes))))
            WHERE id = \(job.id)
            """
        )
    }
}

/// What a render gave beside its files.
private struct OutputResult {
    let qc: QualityReport?
    let renditions: [NewRendition]
    let warnings: [Warning]
    let usage: TaskReport.Usage?
    /// Nobody shares a short that lacks a ratio: it may be there the next time.
    let isWhole: Bool
}
