package import Contracts
import ServiceLifecycle
import Threads

/// Runs tasks in the order of their arrival, some at once, and remembers how they ended.
package final class TaskQueue: Service {
    /// What became of a dispatched task.
    package enum Submission: Sendable {
        case accepted(TaskReport)
        /// The same task and attempt came before.
        case known(TaskReport)
    }

    private struct State {
        var isOpen = true
        var entries: [String: TaskEntry] = [:]
        var waiting: [TaskEntry] = []
        var running: [ObjectIdentifier: TaskEntry] = [:]
        /// Ended entries, the oldest first.
        var ended: [TaskEntry] = []
        var idle: [CheckedContinuation<TaskEntry?, Never>] = []
    }

    package static let retryAfterSeconds = 5

    private let slots: Int
    private let queuedMax: Int
    private let rememberedMax: Int
    private let execute: @Sendable (TaskEntry) async -> TaskReport
    private let announce: @Sendable (ProviderTask, TaskReport) async -> Void
    private let state = Locked(State())
    private let endings: AsyncStream<TaskEntry>
    private let endingsInput: AsyncStream<TaskEntry>.Continuation

    /// `execute` runs a task and tells how it ended; `announce` sends that to the gateway.
    package init(
        slots: Int,
        queuedMax: Int = WorkerConfiguration.queuedMaxDefault,
        rememberedMax: Int = WorkerConfiguration.rememberedMaxDefault,
        execute: @escaping @Sendable (TaskEntry) async -> TaskReport,
        announce: @escaping @Sendable (ProviderTask, TaskReport) async -> Void
    ) {
        precondition(slots > 0 && queuedMax > 0 && rememberedMax > 0)
        self.slots = slots
        self.queuedMax = queuedMax
        self.rememberedMax = rememberedMax
        self.execute = execute
        self.announce = announce
        (endings, endingsInput) = AsyncStream.makeStream()
    }

    /// Takes a task; a higher attempt of a known task replaces it.
    package func submit(_ task: ProviderTask) throws(Problem) -> Submission {
        let entry = TaskEntry(task)
        var replaced: TaskEntry?
        var idle: CheckedContinuation<TaskEntry?, Never>?
        let submission = try state.withLock { state throws(Problem) -> Submission in
            guard state.isOpen else {
                throw Problem(.unavailable, detail: "the worker is ending")
            }
            if let known = state.entries[task.taskId] {
                guard known.task.attempt != task.attempt else { return .known(known.report) }
                guard known.task.attempt < task.attempt else {
                    throw Problem(
                        .conflict,
                        detail: "attempt \(known.task.attempt) of the task is here already"
                    )
                }
                replaced = known
            }
            if state.idle.isEmpty {
                guard state.waiting.count < queuedMax else {
                    throw Problem(.providerBusy, detail: "\(queuedMax) tasks are waiting already")
                }
                state.waiting.append(entry)
            } else {
                idle = state.idle.removeFirst()
                state.running[ObjectIdentifier(entry)] = entry
            }
            if let replaced { state.waiting.removeAll { $0 === replaced } }
            state.entries[task.taskId] = entry
            return .accepted(entry.report)
        }
        replaced?.cancel(.requested)
        idle?.resume(returning: entry)
        return submission
    }

    package func report(taskId: String) -> TaskReport? {
        state.withLock { $0.entries[taskId] }?.report
    }

    /// Ends a waiting task at once and asks a running one to end; an ended one stays as it is.
    package func cancel(taskId: String) -> TaskReport? {
        let (entry, wasWaiting) = state.withLock { state -> (TaskEntry?, Bool) in
            guard let entry = state.entries[taskId] else { return (nil, false) }
            let count = state.waiting.count
            state.waiting.removeAll { $0 === entry }
            return (entry, state.waiting.count < count)
        }
        guard let entry else { return nil }
        entry.cancel(.requested)
        if wasWaiting { end(entry, .cancelled(entry)) }
        return entry.report
    }

    /// Tasks that run and tasks that wait.
    package var load: (running: Int, waiting: Int) {
        state.withLock { ($0.running.count, $0.waiting.count) }
    }

    /// Serves until shutdown.
    ///
    /// Then running tasks are stopped and waiting ones forgotten: the gateway notices both.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await serve()
            } onCancel: {
                self.close()
            }
        } onGracefulShutdown: {
            self.close()
        }
    }

    private func serve() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<slots {
                group.addTask {
                    while let entry = await self.next() {
                        entry.start()
                        self.end(entry, await self.execute(entry))
                    }
                }
            }
            for await entry in endings {
                group.addTask { await self.announce(entry.task, entry.report) }
            }
        }
    }

    private func next() async -> TaskEntry? {
        await withCheckedContinuation { continuation in
            let entry = state.withLock { state -> TaskEntry?? in
                guard state.isOpen else { return .some(nil) }
                guard !state.waiting.isEmpty else {
                    state.idle.append(continuation)
                    return nil
                }
                let entry = state.waiting.removeFirst()
                state.running[ObjectIdentifier(entry)] = entry
                return entry
            }
            if let entry { continuation.resume(returning: entry) }
        }
    }

    private func end(_ entry: TaskEntry, _ report: TaskReport) {
        let isFirst = entry.end(report)
        let isOpen = state.withLock { state in
            state.running[ObjectIdentifier(entry)] = nil
            if isFirst { state.ended.append(entry) }
            while state.ended.count > rememberedMax {
                let oldest = state.ended.removeFirst()
                if state.entries[oldest.task.taskId] === oldest { state.entries[oldest.task.taskId] = nil }
            }
            return state.isOpen
        }
        if isFirst, isOpen { endingsInput.yield(entry) }
    }

    private func close() {
        let (idle, running) = state.withLock { state in
            state.isOpen = false
            state.waiting = []
            defer { state.idle = [] }
            return (state.idle, Array(state.running.values))
        }
        for entry in running { entry.cancel(.shutdown) }
        for continuation in idle { continuation.resume(returning: nil) }
        endingsInput.finish()
    }
}
