import Foundation
import Glibc
import Threads

/// One child process: its standard input stays open as long as this value and the process live.
final class WorkerProcess: Sendable {
    private struct State {
        var unread: [UInt8] = []
        var status: Int32?
    }

    let id: pid_t
    private let state: Locked<State>
    private let exit: WakeSignal
    private let input: FileHandle

    /// A line longer than this is dropped.
    private static let lineBytesMax = 4_096

    private init(id: pid_t, input: FileHandle, state: Locked<State>, exit: WakeSignal) {
        self.id = id
        self.input = input
        self.state = state
        self.exit = exit
    }

    deinit { try? input.close() }

    var isRunning: Bool { state.withLock { $0.status == nil } }

    var exitStatus: Int32 { state.withLock { $0.status } ?? 0 }

    /// `onLine` gets each line of standard output, `onExit` runs once when the process has ended.
    static func start(
        _ launch: WorkerLaunch,
        onLine: @escaping @Sendable (String) -> Void,
        onExit: @escaping @Sendable () -> Void
    ) throws -> WorkerProcess {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: launch.executable)
        process.arguments = launch.arguments
        process.environment = launch.environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = launch.log ?? FileHandle.standardError
        // No other child may hold the end that tells the worker that we are gone.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let (state, exit) = (Locked(State()), WakeSignal())
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                return
            }
            for line in state.withLock({ lines(in: &$0.unread, adding: data) }) { onLine(line) }
        }
        try process.run()
        let id = process.processIdentifier
        let watcher = Thread {
            let status = waitForExit(of: id)
            state.withLock { $0.status = status }
            exit.wake()
            onExit()
        }
        watcher.name = "worker-exit"
        watcher.start()
        return WorkerProcess(
            id: process.processIdentifier,
            input: input.fileHandleForWriting,
            state: state,
            exit: exit
        )
    }

    /// Asks the process to end, and after the grace makes it.
    func stop(graceMs: Int) async {
        try? input.close()
        if isRunning { kill(id, SIGTERM) }
        let deadline = ContinuousClock.now + .milliseconds(graceMs)
        while isRunning, ContinuousClock.now < deadline { await exit.wait(atMostMs: 200) }
        while isRunning {
            kill(id, SIGKILL)
            await exit.wait(atMostMs: 200)
        }
    }

    /// Blocks until the process has ended, and leaves it to Foundation to reap.
    ///
    /// Foundation's own notice comes only when the last child of the child is gone as well.
    private static func waitForExit(of id: pid_t) -> Int32 {
        var info = siginfo_t()
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0 {
            // Already reaped: how it ended is not known here any more.
            guard errno == EINTR else { return 0 }
        }
        return info._sifields._sigchld.si_status
    }

    private static func lines(in unread: inout [UInt8], adding data: Data) -> [String] {
        unread += data
        var lines: [String] = []
        while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
            if end <= lineBytesMax { lines.append(String(decoding: unread[..<end], as: UTF8.self)) }
            unread.removeSubrange(...end)
        }
        if unread.count > lineBytesMax { unread = [] }
        return lines
    }
}
