package import Foundation
import Glibc
import Threads

/// A child process in a process group of its own, spoken to in lines on its pipes.
///
/// Its standard input ends with this process, which tells it to end too. Its functions block; one thread at a time may
/// use it. Only `kill` may be called from any thread.
package final class LineProcess: Sendable {
    private static let logBytesShown = 600
    private static let blockBytes = 1 << 16
    /// Between the end of its output and the end of a process that ends on its own.
    private static let endMsMax = 2_000

    private let process: Process
    private let input: FileHandle
    private let output: FileHandle
    private let logPath: String
    private let lineBytesMax: Int
    // What was read beyond the last line. Only the thread that uses the process touches it.
    private let pending = Locked<[UInt8]>([])

    /// Starts the process and sets its limits.
    package init(_ launch: ProcessLaunch) throws(LaunchError) {
        logPath = launch.logPath
        lineBytesMax = launch.lineBytesMax
        let (process, toChild, fromChild) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: launch.executable)
        process.arguments = launch.arguments
        process.environment = launch.environment
        process.currentDirectoryURL = URL(filePath: launch.folder)
        process.standardInput = toChild
        process.standardOutput = fromChild
        do {
            try Data().write(to: URL(filePath: launch.logPath))
            process.standardError = try FileHandle(forWritingTo: URL(filePath: launch.logPath))
            try Self.withoutBlockedSignals { try process.run() }
        } catch {
            throw LaunchError(description: error.localizedDescription)
        }
        self.process = process
        input = toChild.fileHandleForWriting
        output = fromChild.fileHandleForReading
        guard let limits = launch.limits else { return }
        let error = limits.apply(to: process.processIdentifier)
        // One that has ended meanwhile needs none, and is found out at the first line.
        guard error == 0 || error == ESRCH else {
            kill()
            throw LaunchError(description: "its limits cannot be set (error \(error))")
        }
    }

    deinit { kill() }

    package var id: Int32 { process.processIdentifier }

    /// Sends one line, without its end.
    package func send(_ line: Data) throws(LineFailure) {
        do {
            try input.write(contentsOf: line + [UInt8(ascii: "\n")])
        } catch {
            throw .ended(end())
        }
    }

    /// The next line; nil when there is none before `deadline`.
    package func nextLine(before deadline: SuspendingClock.Instant) throws(LineFailure) -> [UInt8]? {
        while true {
            let line = pending.withLock { bytes -> [UInt8]? in
                guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { bytes.removeSubrange(...end) }
                return Array(bytes[..<end])
            }
            if let line {
                guard line.count <= lineBytesMax else { throw .endless }
                return line
            }
            guard pending.withLock({ $0.count <= lineBytesMax }) else { throw .endless }
            guard let block = try read(before: deadline) else { return nil }
            pending.withLock { $0 += block }
        }
    }

    /// Ends the process and all that it started, at once.
    package func kill() {
        guard process.isRunning else { return }
        // Foundation starts each child as the head of a group.
        if Glibc.kill(-process.processIdentifier, SIGKILL) != 0 {
            Glibc.kill(process.processIdentifier, SIGKILL)
        }
    }

    /// Ends the process, waits until it is gone and tells how it ended.
    package func end() -> ProcessEnd {
        kill()
        process.waitUntilExit()
        let status = process.terminationStatus
        return ProcessEnd(
            how: process.terminationReason == .uncaughtSignal ? .signal(status) : .status(status),
            lastWords: lastWords
        )
    }

    /// The last line of the log, of which no more than the end is read: it may be long.
    private var lastWords: String? {
        guard let log = FileHandle(forReadingAtPath: logPath), let bytes = try? log.seekToEnd() else {
            return nil
        }
        do {
            try log.seek(toOffset: bytes - min(bytes, UInt64(Self.logBytesShown)))
            let tail = try log.read(upToCount: Self.logBytesShown) ?? Data()
            return String(decoding: tail, as: UTF8.self).split(separator: "\n").last.map(String.init)
        } catch {
            return nil
        }
    }

    /// A child inherits the mask of the thread that starts it, and threads of a pool block nearly all signals.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// What is there to be read, even at a deadline that has passed: this process may have been the one that slept.
    private func read(before deadline: SuspendingClock.Instant) throws(LineFailure) -> [UInt8]? {
        var ready = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let left = SuspendingClock.now.duration(to: deadline)
            let count = unsafe poll(&ready, 1, Int32(clamping: max(0, Int(left / .milliseconds(1)))))
            if count > 0 { break }
            if count == 0 { return nil }
            if errno != EINTR { throw .ended(end()) }
        }
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        while true {
            let count = unsafe Glibc.read(output.fileDescriptor, &block, block.count)
            if count > 0 { return Array(block[..<count]) }
            if count < 0 && errno == EINTR { continue }
            throw .ended(endOfOutput())
        }
    }

    /// How a process ends whose output has ended: it is not killed before it can end by what befell it.
    private func endOfOutput() -> ProcessEnd {
        let deadline = SuspendingClock.now + .milliseconds(Self.endMsMax)
        while process.isRunning, SuspendingClock.now < deadline { usleep(1_000) }
        let wasRunning = process.isRunning
        let ended = end()
        return wasRunning ? ProcessEnd(how: .silent, lastWords: ended.lastWords) : ended
    }
}
