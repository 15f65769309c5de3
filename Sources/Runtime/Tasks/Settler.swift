import Artifacts
import Contracts
import Logging
import Pipeline
import Providers
import Store
import Threads

/// Judges what a provider says of a task's end, and makes it so by the store's one transition.
struct Settler: Sendable {
    let context: RuntimeContext

    /// `report` has ended, told by a callback or, with `isPolled`, by the answer to a poll.
    ///
    /// A success is proved by what was uploaded. A failure that a callback tells of is asked about first: where the
    /// provider says otherwise, its answer counts.
    func settle(
        _ report: TaskReport,
        isPolled: Bool = false,
        by way: SettledBy? = nil
    ) async throws -> Settled {
        guard let task = try await context.store.task(id: report.taskId) else { return .unknown }
        // 0 is the current one.
        let attempt = report.attempt == 0 ? task.attempt : report.attempt
        if attempt < task.attempt { return .staleAttempt }
        if attempt > task.attempt { return .unknown }
        guard let subject = try await SettleSubject.load(taskId: task.id, context: context) else {
            return .alreadySettled
        }
        let told = isPolled || report.state == .completed ? report : await confirmed(report, task)
        let outcome = try await outcome(of: told, subject)
        let settled = try await context.store.settleTask(
            taskId: report.taskId,
            attempt: attempt,
            outcome: outcome,
            by: way
        )
        (subject.output == nil ? CrashPoint.completionAfterCommit : .finalAfterCommit).pass()
        if settled == .applied { context.announce() }
        return settled
    }

    /// What the provider says when it is asked about a failure; a task that it cannot tell the end of has failed.
    private func confirmed(_ report: TaskReport, _ task: TaskRecord) async -> TaskReport {
        guard let provider = context.providers[task.provider],
            case .report(let polled) = await provider.poll(TaskReference(task), told: nil),
            polled.state.isTerminal, polled.attempt == task.attempt || polled.attempt == 0
        else { return report }
        if polled.state != report.state {
            context.logger.warning(
                "a provider contradicts its callback",
                metadata: [
                    "task": "\(task.id)", "callback": "\(report.state)", "poll": "\(polled.state)",
                ]
            )
        }
        return polled
    }

    private func outcome(of report: TaskReport, _ subject: SettleSubject) async throws -> TaskOutcome {
        switch report.state {
        case .cancelled: return .cancelled
        case .failed:
            let problem =
                report.error
                ?? Problem(
                    subject.stage == .render ? .renderFailed : .stageFailed,
                    detail: "The provider failed without a reason."
                )
            return failed(problem, subject)
        case .queued, .running, .completed: break
        }
        do {
            return try await completed(report, subject)
        } catch let problem as Problem {
            return failed(problem, subject)
        } catch let error as ArtifactError where !error.isRetryable {
            return failed(Problem(failure: error), subject)
        }
    }

    private func failed(_ problem: Problem, _ subject: SettleSubject) -> TaskOutcome {
        let advised = context.advised(problem, of: subject.task.provider)
        return .failed(advised, isRetryable: problem.retryable ?? false)
    }

    private func completed(_ report: TaskReport, _ subject: SettleSubject) async throws -> TaskOutcome {
        if let provider = context.providers[subject.task.provider], provider.keepsFiles {
            return .completed(
                artifacts: [],
                usage: report.usage,
                warnings: Self.distinct(report.warnings + [provider.filesElsewhere])
            )
        }
        let ratios = try GivenRatios(report, of: subject)
        let (artifacts, extra) = try await accept(report, subject, ratios.given)
        let findings = try await ResultChecks(subject: subject, ratios: ratios).check()
        return .completed(
            artifacts: artifacts,
            qc: findings.qc,
            renditions: findings.renditions,
            fingerprint: try fingerprint(subject),
            usage: report.usage,
            warnings: Self.distinct(report.warnings + findings.warnings + extra),
            media: findings.media,
            lack: ratios.lack
        )
    }

    /// A provider may tell a warning both in its report and in the artifact that it is about.
    static func distinct(_ warnings: [Warning]) -> [Warning] {
        var seen: Set<Warning> = []
        return warnings.filter { seen.insert($0).inserted }
    }

    /// The results that the stage is to give, each just as it was uploaded, and a warning about any other.
    private func accept(
        _ report: TaskReport,
        _ subject: SettleSubject,
        _ ratios: [AspectRatio]
    ) async throws -> (artifacts: [NewArtifact], warnings: [Warning]) {
        let expected = try await ExpectedResults(subject: subject, ratios: ratios).names()
        var reported: [ArtifactName: TaskReport.Artifact] = [:]
        for artifact in report.artifacts {
            if let name = ArtifactName(parsing: artifact.name) { reported[name] = artifact }
        }
        let artifacts = try expected.map { name in
            guard let artifact = reported[name], let upload = subject.uploads[name] else {
                throw Self.missing(name, subject)
            }
            guard artifact.sha256 == upload.sha256, artifact.sizeBytes == upload.sizeBytes else {
                throw Problem(
                    .artifactInvalid,
                    detail: "Result '\(name)' was reported otherwise than it was uploaded.",
                    retryable: true
                )
            }
            return NewArtifact(
                name: name,
                sha256: upload.sha256,
                sizeBytes: upload.sizeBytes,
                mediaType: name.mediaType,
                location: upload.location
            )
        }
        let others = Set(reported.keys).subtracting(expected).map(\.description).sorted()
        let warnings = others.prefix(5).map { name in
            Warning(
                code: "unexpected-artifact",
                detail: "The provider also gave '\(name)', which nobody reads."
            )
        }
        return (artifacts, warnings)
    }

    private static func missing(_ name: ArtifactName, _ subject: SettleSubject) -> Problem {
        Problem(
            subject.stage == .render ? .renderFailed : .artifactMissing,
            detail: "The provider did not give '\(name)'.",
            retryable: true
        )
    }

    private func fingerprint(_ subject: SettleSubject) throws -> String {
        let provider = context.providers[subject.task.provider]
        let kind = ProviderTask.Kind(rawValue: subject.task.kind)
        let identity = kind.flatMap { provider?.identity(for: $0) } ?? subject.task.provider
        return try StageFingerprint.make(
            subject.definition,
            run: subject.run,
            artifacts: subject.artifacts,
            identity: identity,
            configuration: context.configuration
        )
    }
}
