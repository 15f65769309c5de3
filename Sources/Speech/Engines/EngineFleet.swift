import Foundation
import Glibc
import Logging
import Threads

/// Keeps the engines: starts them when work comes, keeps them warm, replaces those that die.
///
/// There are never more than threads, since each call has its thread for as long as it has its engine.
final class EngineFleet: Sendable {
    private struct State {
        /// The engine that was used last is at the end.
        var idle: [(engine: EngineProcess, since: ContinuousClock.Instant)] = []
        var busy: [Int: EngineProcess] = [:]
        var started = 0
        var isStopped = false
    }

    /// What a call and the task that may cancel it share.
    private final class Call: Sendable {
        let state = Locked<(isCancelled: Bool, engine: EngineProcess?)>((false, nil))

        var isCancelled: Bool { state.withLock { $0.isCancelled } }

        func take(_ engine: EngineProcess) {
            let isLate = state.withLock { state in
                state.engine = engine
                return state.isCancelled
            }
            if isLate { engine.kill() }
        }

        func cancel() {
            state.withLock { state in
                state.isCancelled = true
                return state.engine
            }?.kill()
        }
    }

    private let configuration: SpeechConfiguration
    private let logger: Logger
    private let threads: ThreadPool
    private let state = Locked(State())

    init(_ configuration: SpeechConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        threads = ThreadPool(name: "speech", threadCount: configuration.processCount)
        // An engine that dies while it is written to must give an error, not end this process.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit { stop() }

    /// Ends all engines; calls under way fail.
    func stop() {
        let engines = state.withLock { state in
            state.isStopped = true
            defer { state.idle = [] }
            return state.idle.map(\.engine) + state.busy.values
        }
        for engine in engines { engine.kill() }
        threads.shutdown()
    }

    /// Ends the engines that have had no work since `instant`; each holds some hundred megabytes.
    func endIdle(since instant: ContinuousClock.Instant) {
        let engines = state.withLock { state in
            defer { state.idle.removeAll { $0.since <= instant } }
            return state.idle.filter { $0.since <= instant }.map(\.engine)
        }
        for engine in engines { engine.kill() }
        if !engines.isEmpty {
            logger.info("idle speech engines ended", metadata: ["count": "\(engines.count)"])
        }
    }

    /// The answer of some engine; a second one is asked when the first fails.
    ///
    /// Cancelling kills the engine.
    func answer(
        _ request: EngineRequest,
        msMax: Int,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> EngineAnswer {
        let call = Call()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await threads.run {
                do {
                    return try self.attempt(request, msMax: msMax, call: call, progress: progress)
                } catch let error as SpeechError where error.isRetryable {
                    if self.state.withLock({ $0.isStopped }) {
                        throw SpeechError(.stopped, "speech recognition was stopped")
                    }
                    if call.isCancelled { throw CancellationError() }
                    self.logger.warning(
                        "speech engine failed, trying once more",
                        metadata: ["error": "\(error)"]
                    )
                    return try self.attempt(request, msMax: msMax, call: call, progress: progress)
                }
            }
        } onCancel: {
            call.cancel()
        }
    }

    /// Asks one engine and blocks until it answers; one that fails is not used again.
    private func attempt(
        _ request: EngineRequest,
        msMax: Int,
        call: Call,
        progress: (Double) -> Void
    ) throws -> EngineAnswer {
        if call.isCancelled { throw CancellationError() }
        let engine = try take(for: request.id)
        call.take(engine)
        do {
            let answer = try engine.answer(request, msMax: msMax, progress: progress)
            state.withLock { state in
                state.busy[request.id] = nil
                if !state.isStopped { state.idle.append((engine, .now)) }
            }
            return answer
        } catch {
            state.withLock { _ = $0.busy.removeValue(forKey: request.id) }
            engine.kill()
            if call.isCancelled { throw CancellationError() }
            throw error
        }
    }

    /// A warm engine, or a new one.
    private func take(for id: Int) throws -> EngineProcess {
        let (warm, number) = try state.withLock { state in
            if state.isStopped { throw SpeechError(.stopped, "speech recognition was stopped") }
            if let engine = state.idle.popLast()?.engine {
                state.busy[id] = engine
                return (Optional(engine), 0)
            }
            state.started += 1
            return (nil, state.started)
        }
        if let warm { return warm }
        let engine = try EngineProcess(configuration, programPath: try program(), number: number)
        logger.info("speech engine started", metadata: ["number": "\(number)"])
        let isStopped = state.withLock { state in
            if !state.isStopped { state.busy[id] = engine }
            return state.isStopped
        }
        if isStopped {
            engine.kill()
            throw SpeechError(.stopped, "speech recognition was stopped")
        }
        return engine
    }

    /// Writes the engine's program into the scratch folder.
    private func program() throws(SpeechError) -> String {
        let folder = URL(filePath: configuration.scratchDirectory)
        let file = folder.appending(path: "transcribe.py")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(PackageResources.voices_py).write(
                to: folder.appending(path: "voices.py"),
                options: .atomic
            )
            try Data(PackageResources.transcribe_py).write(to: file, options: .atomic)
        } catch {
            throw SpeechError(
                .engineUnavailable,
                "the speech engine's folder cannot be written: \(error.localizedDescription)"
            )
        }
        return file.path
    }
}
