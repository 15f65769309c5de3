import Contracts
import Pipeline

/// A run with what its view is made from.
struct RunAggregate: Sendable {
    let run: RunRecord
    /// In workflow order.
    let jobs: [JobRecord]
    let outputs: [OutputProgress]

    struct OutputProgress: Sendable {
        let state: OutputState
        let progress: Double
        /// Whether it is rendered and every check of it passed.
        let isReady: Bool
    }

    /// How much of the way each stage is, as far as people notice; the others count 1.
    private static let weights: [Stage: Double] = [
        .transcode: 2, .transcribe: 4, .prepareMedia: 2, .render: 6,
    ]

    /// The run as clients see it; lists and webhooks leave the jobs out.
    func view(includesJobs: Bool) -> RunView {
        RunView(
            id: run.id,
            state: run.state.rawValue,
            workflow: RunView.WorkflowPart(
                name: run.workflow,
                state: workflowState,
                startedAt: run.startedAt,
                completedAt: run.analysisCompletedAt,
                failedAt: run.failedAt
            ),
            delivery: delivery,
            progress: progress,
            source: RunView.Source(
                url: run.sourceURL,
                assetId: run.asset?.id,
                sha256: run.asset?.sha256,
                sizeBytes: run.asset?.sizeBytes,
                durationMs: run.asset?.media?.durationMs
            ),
            style: run.style,
            options: run.options,
            review: run.review,
            provided: run.provided.map(RunView.Provided.init),
            jobs: includesJobs ? jobs.map(\.view) : nil,
            warnings: jobs.flatMap(\.warnings),
            error: run.problem,
            metadata: run.metadata,
            externalId: run.externalId,
            rerunOf: run.rerunOf,
            createdAt: run.createdAt,
            finishedAt: run.finishedAt
        )
    }

    private var workflowState: String {
        switch run.state {
        case .started: "in_progress"
        case .failed: "failed"
        case .cancelled: run.analysisCompletedAt == nil ? "cancelled" : "completed"
        case .analysisComplete, .fullyGenerated, .deliveryFailed: "completed"
        }
    }

    private var delivery: RunView.Delivery {
        func count(_ state: OutputState) -> Int { outputs.count { $0.state == state } }
        return RunView.Delivery(
            state: DeliveryState.settled(by: outputs.map(\.state)).rawValue,
            total: outputs.count,
            pending: count(.pending),
            rendering: count(.rendering),
            rendered: count(.rendered),
            ready: outputs.count(where: \.isReady),
            failed: count(.failed)
        )
    }

    private var progress: Double {
        if run.state == .fullyGenerated || run.state == .deliveryFailed { return 1 }
        var (done, total) = (0.0, 0.0)
        for job in jobs {
            let weight = Self.weights[job.stage] ?? 1
            total += weight
            done +=
                weight * (job.stage == .render ? renderProgress : job.state == .completed ? 1 : job.progress)
        }
        return total == 0 ? 0 : (done / total * 1_000).rounded() / 1_000
    }

    private var renderProgress: Double {
        guard !outputs.isEmpty else { return 0 }
        return outputs.map { $0.state.isTerminal ? 1 : $0.progress }.reduce(0, +) / Double(outputs.count)
    }
}
