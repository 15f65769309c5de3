import Contracts
import Foundation
import Glibc
package import Logging
import Media
import Subprocesses

/// Has a source read by a process of its own, and watches it.
package struct SourceProcess: Sendable {
    /// A program that does what `SourceChild` does.
    package struct Program: Sendable {
        package var executable: String
        package var arguments: [String]

        package init(executable: String, arguments: [String] = [SourceChild.argument]) {
            self.executable = executable
            self.arguments = arguments
        }

        /// The program of this process.
        package static var own: Program {
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return Program(executable: link ?? CommandLine.arguments[0])
        }
    }

    private static let lineBytesMax = 256 << 10
    private static let environment = [
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    ]
    private static let lookInterval = Duration.milliseconds(100)

    private let program: Program
    private let limits: SourceLimits
    private let logger: Logger
    private var verdict: SourceVerdict { SourceVerdict(limits: limits) }

    package init(_ program: Program, limits: SourceLimits, logger: Logger) {
        self.program = program
        self.limits = limits
        self.logger = logger
    }

    /// Blocks until the results are in the order's folder; throws a problem that names the cause.
    package func run(
        _ order: SourceOrder,
        cancel: @Sendable () -> Bool,
        progress: @Sendable (Double) -> Void
    ) throws -> SourceNews.Result {
        let process = try start(order)
        // Waited for, so that what it used is counted with this task.
        defer { _ = process.end() }
        var peakBytes: Int64 = 0
        do {
            return try converse(process, order, &peakBytes, cancel, progress)
        } catch LineFailure.endless {
            throw verdict.astray
        } catch LineFailure.ended(let end) {
            logger.warning(
                "the process of a source ended",
                metadata: ["how": "\(end.how)", "last": "\(end.lastWords ?? "")"]
            )
            throw verdict.problem(for: end, peakBytes: peakBytes)
        }
    }

    /// Starts the process and waits until it is ready for its order.
    private func start(_ order: SourceOrder) throws -> LineProcess {
        let process: LineProcess
        do throws(LaunchError) {
            process = try LineProcess(
                ProcessLaunch(
                    executable: program.executable,
                    arguments: program.arguments,
                    environment: Self.environment,
                    folder: order.folder,
                    logPath: "\(order.folder)/source.log",
                    lineBytesMax: Self.lineBytesMax,
                    limits: limits.process
                )
            )
        } catch {
            throw notStarted(error.description)
        }
        let line: [UInt8]?
        do throws(LineFailure) {
            line = try process.nextLine(before: .now + .milliseconds(limits.startMs))
        } catch {
            throw notStarted("\(error)")
        }
        guard let line, let isIsolated = Self.news(line)?.isIsolated else {
            throw notStarted("it does not say that it is ready")
        }
        if !isIsolated { logger.warning("sources are read without giving up the network first") }
        return process
    }

    private func converse(
        _ process: LineProcess,
        _ order: SourceOrder,
        _ peakBytes: inout Int64,
        _ cancel: () -> Bool,
        _ progress: (Double) -> Void
    ) throws -> SourceNews.Result {
        try process.send(try WireJSON.encode(order))
        var watch = SourceWatch(limits, now: .now)
        while true {
            if cancel() { throw MediaError(.cancelled, "cancelled") }
            let line = try process.nextLine(before: .now + Self.lookInterval)
            let now = SuspendingClock.now
            if let line {
                guard let news = Self.news(line) else { throw verdict.astray }
                watch.hear(news, at: now)
                if news.isConfined == false {
                    logger.warning("sources are read without giving up other files first")
                }
                if let part = news.progress { progress(part) }
                if let failure = news.failure { throw verdict.problem(for: failure) }
                if let result = news.result {
                    try checkFiles(order)
                    return result
                }
            }
            if let end = watch.verdict(at: now) { throw verdict.problem(for: end) }
            peakBytes = max(peakBytes, ProcessTree(processID: Int(process.id))?.peakRSSBytes ?? 0)
        }
    }

    /// Only plain files of one name are taken: a link could lead to one of ours.
    private func checkFiles(_ order: SourceOrder) throws(Problem) {
        for path in [order.mediaPath, order.audioPath] {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
                throw verdict.astray
            }
        }
    }

    private static func news(_ line: [UInt8]) -> SourceNews? {
        try? WireJSON.decode(SourceNews.self, from: Data(line))
    }

    private func notStarted(_ why: String) -> Problem {
        logger.error("the process of a source does not start", metadata: ["why": "\(why)"])
        return Problem(
            .stageFailed,
            detail: "the process that reads sources does not start; the worker's log has the cause",
            retryable: true
        )
    }
}
