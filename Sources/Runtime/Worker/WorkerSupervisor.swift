import Foundation
package import Logging
import ServiceLifecycle
import Threads

/// Keeps the embedded media worker running as a child process, and knows where it listens.
///
/// The worker gets none of this process's secrets but its own, and ends by itself when its standard input closes,
/// so it never outlives the gateway.
package final class WorkerSupervisor: Service {
    private struct State {
        var port: Int?
        var isStopping = false
    }

    private let launch: WorkerLaunch
    private let onListening: @Sendable () -> Void
    private let logger: Logger
    private let state = Locked(State())
    private let exits = WakeSignal()
    private let backOff: WorkerBackOff

    /// `onListening` runs each time that a worker is ready: what the one before it lost is then asked about.
    package init(
        launch: WorkerLaunch,
        logger: Logger,
        backOff: WorkerBackOff = WorkerBackOff(),
        onListening: @escaping @Sendable () -> Void
    ) {
        self.launch = launch
        self.logger = logger
        self.backOff = backOff
        self.onListening = onListening
    }

    /// URL of the worker that runs now; nil while none is ready.
    package var endpoint: String? {
        state.withLock { $0.port }.map { "http://127.0.0.1:\($0)" }
    }

    /// Starts the worker, again whenever it ends, until graceful shutdown or cancellation.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await supervise()
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            self.exits.wake()
        }
    }

    private var isStopping: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

    private func supervise() async {
        var failures = 0
        while !isStopping {
            let started = ContinuousClock.now
            do {
                let process = try WorkerProcess.start(
                    launch,
                    onLine: { self.read($0) },
                    onExit: { self.exits.wake() }
                )
                logger.info("worker started", metadata: ["pid": "\(process.id)"])
                await watch(process)
            } catch {
                logger.error("worker cannot be started", metadata: ["error": "\(error)"])
            }
            state.withLock { $0.port = nil }
            if isStopping { return }
            failures = ContinuousClock.now - started > backOff.steadyAfter ? 0 : failures + 1
            let delayMs = backOff.delayMs(afterFailures: failures)
            logger.warning("worker is started again", metadata: ["delay_ms": "\(delayMs)"])
            await exits.wait(atMostMs: delayMs)
        }
    }

    /// Returns when the process has ended, and ends it when this service stops.
    private func watch(_ process: WorkerProcess) async {
        while process.isRunning, !isStopping { await exits.wait(atMostMs: launch.readyCheckMs) }
        guard process.isRunning else {
            logger.error(
                "worker ended",
                metadata: ["pid": "\(process.id)", "status": "\(process.exitStatus)"]
            )
            return
        }
        // A cancelled task cannot wait any more, and the child must not be left behind.
        await Task { await process.stop(graceMs: launch.stopGraceMs) }.value
        logger.info("worker stopped", metadata: ["pid": "\(process.id)"])
    }

    private func read(_ line: String) {
        struct Announcement: Decodable { let listening: Int }
        guard let announced = try? JSONDecoder().decode(Announcement.self, from: Data(line.utf8)),
            (1...65_535).contains(announced.listening)
        else {
            logger.debug("worker said something else than its port")
            return
        }
        state.withLock { $0.port = announced.listening }
        logger.info("worker listens", metadata: ["port": "\(announced.listening)"])
        onListening()
    }
}

/// How long the supervisor waits before it starts a worker again.
package struct WorkerBackOff: Sendable {
    package var firstDelayMs = 250
    package var delayMsMax = 10_000
    /// A worker that lived so long has not failed to start.
    package var steadyAfter = Duration.seconds(60)

    package init(firstDelayMs: Int = 250, delayMsMax: Int = 10_000) {
        self.firstDelayMs = firstDelayMs
        self.delayMsMax = delayMsMax
    }

    func delayMs(afterFailures failures: Int) -> Int {
        min(delayMsMax, firstDelayMs << min(max(failures - 1, 0), 16))
    }
}
