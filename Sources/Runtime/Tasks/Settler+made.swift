import Artifacts
import Contracts
import Logging
import Pipeline
import Providers
import Store

extension Settler {
    /// Keeps what a hosted provider made of an attempt of a task, and ends the task with it.
    ///
    /// Throws `ResultAway` where the files cannot be fetched: the task stays as it is, and is asked about again.
    func settle(
        _ result: ProviderResult,
        taskId: String,
        attempt: Int,
        by way: SettledBy
    ) async throws -> Settled {
        guard let task = try await context.store.task(id: taskId) else { return .unknown }
        guard task.attempt == attempt else { return attempt < task.attempt ? .staleAttempt : .unknown }
        guard let subject = try await SettleSubject.load(taskId: taskId, context: context) else {
            return .alreadySettled
        }
        let report: TaskReport
        do {
            report = try await ResultKeeper(subject: subject).keep(result)
        } catch is TaskEnded {
            return .alreadySettled
        } catch let problem as Problem {
            return try await fail(task, problem, by: way)
        } catch let error as ArtifactError where !error.isRetryable {
            return try await fail(task, Problem(failure: error), by: way)
        }
        return try await settle(report, isPolled: true, by: way)
    }

    private func fail(
        _ task: TaskRecord,
        _ problem: Problem,
        by way: SettledBy
    ) async throws -> Settled {
        context.logger.warning(
            "what a provider made cannot be used",
            metadata: ["task": "\(task.id)", "reason": "\(problem.detail)"]
        )
        let advised = context.advised(problem, of: task.provider)
        let settled = try await context.store.settleTask(
            taskId: task.id,
            attempt: task.attempt,
            outcome: .failed(advised, isRetryable: problem.failure.isRetryable),
            by: way
        )
        if settled == .applied { context.announce() }
        return settled
    }
}

/// What a provider says that it made cannot be fetched.
struct ResultAway: Error {
    let problem: Problem
    /// It is not there, or is not given out, and that is likely to stay so; else its server cannot be asked now.
    var isLasting = false
}
