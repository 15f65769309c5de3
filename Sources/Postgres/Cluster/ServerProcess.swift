import Foundation
import Glibc
import Threads

/// A server that runs as a child of this process and ends with it.
final class ServerProcess: Sendable {
    private let program: String
    private let arguments: [String]
    private let outputPath: String
    private let state = Locked<State>(State())

    private struct State {
        var id: pid_t?
        var failure: String?
        var hasEnded = false
    }

    init(program: String, arguments: [String], outputPath: String) {
        self.outputPath = outputPath
        self.program = program
        self.arguments = arguments
    }

    var isRunning: Bool { state.withLock { $0.id != nil && !$0.hasEnded } }

    /// Starts the server, waiting until it has a process id.
    func launch() throws {
        let prefix = try ServerUser.current().commandPrefix
        let words =
            prefix.isEmpty
            ? ["setpriv", "--pdeathsig", "INT", "--"]
            : Array(prefix.dropLast())
                + ["--pdeathsig", "INT", "--"]
        // The signal on our death is bound to the thread that starts the child, so that thread stays until its end.
        let thread = Thread { self.runToEnd(words) }
        thread.name = "postgres-server"
        thread.start()
        while state.withLock({ $0.id == nil && $0.failure == nil }) { usleep(1_000) }
        if let failure = state.withLock({ $0.failure }) {
            throw PostgresError.cluster("cannot start '\(program)': \(failure)")
        }
    }

    /// Asks the server for a fast shutdown.
    func interrupt() {
        state.withLock { state in
            if let id = state.id, !state.hasEnded { kill(id, SIGINT) }
        }
    }

    private func runToEnd(_ words: [String]) {
        do {
            let process = try SpawnedProcess(
                words: words + [program] + arguments,
                environment: ServerCommand.environment,
                outputPath: outputPath
            )
            state.withLock { $0.id = process.id }
            _ = process.waitUntilExit()
            state.withLock { $0.hasEnded = true }
        } catch {
            state.withLock { $0.failure = String(describing: error) }
        }
    }
}
