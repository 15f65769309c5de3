import Foundation
import Glibc
import Threads

/// One `reelgate serve` in a process of its own, which can be killed, stopped and started again at its address.
final class GatewayProcess: Sendable {
    let port: Int
    private let name: String
    private let folder: String
    private let environment: [String: String]
    private let process = Locked<Process?>(nil)

    init(name: String, folder: String, port: Int, environment: [String: String]) {
        self.name = name
        self.folder = folder
        self.port = port
        self.environment = environment
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var logPath: String { "\(folder)/\(name).log" }
    private var readyPath: String { "\(folder)/\(name).ready" }

    var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    /// The signal that ended the last process, or nil.
    var endingSignal: Int32? {
        process.withLock { process in
            guard let process, !process.isRunning, process.terminationReason == .uncaughtSignal else {
                return nil
            }
            return process.terminationStatus
        }
    }

    /// What the last process ended with by itself, or nil.
    var exitCode: Int32? {
        process.withLock { process in
            guard let process, !process.isRunning, process.terminationReason == .exit else { return nil }
            return process.terminationStatus
        }
    }

    /// Starts the program; `extra` is added to its environment.
    func launch(_ extra: [String: String] = [:]) throws {
        try? FileManager.default.removeItem(atPath: readyPath)
        if !FileManager.default.fileExists(atPath: logPath) {
            _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        }
        guard let log = FileHandle(forWritingAtPath: logPath) else {
            throw CrashTestError.notInTime("the log \(logPath)")
        }
        try log.seekToEnd()
        let started = Process()
        started.executableURL = URL(fileURLWithPath: Programs.reelgate)
        started.arguments = ["serve", "--port", "\(port)", "--ready-file", readyPath]
        started.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }.merging(extra) { $1 }
        started.standardOutput = log
        started.standardError = log
        started.standardInput = FileHandle.nullDevice
        try started.run()
        process.withLock { $0 = started }
        try "\(started.processIdentifier)".write(
            toFile: "\(folder)/\(name).pid",
            atomically: true,
            encoding: .utf8
        )
    }

    /// Starts it and waits until it serves.
    func start(_ extra: [String: String] = [:]) async throws {
        try launch(extra)
        try await eventually("gateway \(name) is ready; see \(logPath)") {
            FileManager.default.fileExists(atPath: readyPath) || !isRunning
        }
    }

    /// Ends it with signal 9, at once.
    func kill() async throws {
        send(SIGKILL)
        try await ended()
    }

    /// Asks it to end, and waits until it has.
    func terminate() async throws {
        send(SIGTERM)
        try await ended()
    }

    func send(_ signal: Int32) {
        process.withLock { process in
            if let process, process.isRunning { Glibc.kill(process.processIdentifier, signal) }
        }
    }

    func ended() async throws {
        try await eventually("gateway \(name) has ended; see \(logPath)") { !isRunning }
    }

    /// Whether SIGSTOP has taken effect, as the kernel tells.
    var isStopped: Bool {
        guard let id = process.withLock({ $0?.processIdentifier }),
            let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return false }
        return stat[end...].dropFirst(2).hasPrefix("T")
    }

    /// For the end of a test, which cannot wait.
    func killNow() { send(SIGKILL) }
}
