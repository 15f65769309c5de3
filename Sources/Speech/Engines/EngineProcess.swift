import Foundation
import Glibc
import Threads

/// One engine: a child process that answers one request after another on its pipes.
///
/// Its functions block; one thread at a time may use it. Only `kill` may be called from any thread.
final class EngineProcess: Sendable {
    private static let lineBytesMax = 8 << 20
    private static let logBytesShown = 600

    private let process: Process
    private let input: FileHandle
    private let output: FileHandle
    private let logPath: String
    // What was read beyond the last line. Only the thread that uses the process touches it.
    private let pending = Locked<[UInt8]>([])

    /// Starts the engine and waits until its model is loaded.
    init(_ configuration: SpeechConfiguration, programPath: String, number: Int) throws(SpeechError) {
        logPath = configuration.scratchDirectory + "/speech-\(number).log"
        let toChild = Pipe()
        let fromChild = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: configuration.pythonPath)
        process.arguments = ["-I", "-B", programPath, configuration.modelDirectory]
        if let voiceModel = configuration.voiceModelPath { process.arguments?.append(voiceModel) }
        process.currentDirectoryURL = URL(filePath: configuration.scratchDirectory)
        process.environment = [
            "PATH": "/usr/bin:/bin",
            "HOME": configuration.scratchDirectory,
            "TMPDIR": configuration.scratchDirectory,
            "LANG": "C.UTF-8",
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        ]
        process.standardInput = toChild
        process.standardOutput = fromChild
        do {
            try Data().write(to: URL(filePath: logPath))
            process.standardError = try FileHandle(forWritingTo: URL(filePath: logPath))
            try process.run()
        } catch {
            let python = configuration.pythonPath
            throw SpeechError(
                .engineUnavailable,
                "the speech engine does not start with '\(python)': \(error.localizedDescription)"
            )
        }
        self.process = process
        input = toChild.fileHandleForWriting
        output = fromChild.fileHandleForReading
        try waitUntilReady(msMax: configuration.startMsMax)
    }

    deinit { kill() }

    /// Sends a request and waits for its answer, telling of progress in between.
    func answer(
        _ request: EngineRequest,
        msMax: Int,
        progress: (Double) -> Void
    ) throws(SpeechError) -> EngineAnswer {
        let deadline = ContinuousClock.now + .milliseconds(msMax)
        do {
            try input.write(contentsOf: try JSONEncoder().encode(request) + [UInt8(ascii: "\n")])
        } catch {
            throw died()
        }
        while true {
            let message = try next(before: deadline)
            guard message.id == request.id else { continue }
            if let error = message.error {
                throw SpeechError(.engineFailed, "the speech engine reports: \(error.prefix(300))")
            }
            guard let part = message.progress else { return message }
            progress(part)
        }
    }

    /// Ends the process at once.
    func kill() {
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    }

    private func waitUntilReady(msMax: Int) throws(SpeechError) {
        let message: EngineAnswer
        do {
            message = try next(before: .now + .milliseconds(msMax))
        } catch {
            kill()
            throw SpeechError(.engineUnavailable, "the speech engine does not start: \(error.description)")
        }
        guard message.ready == true else {
            kill()
            let words = message.fatal ?? "it does not say why"
            throw SpeechError(.engineUnavailable, "the speech engine does not start: \(words.prefix(300))")
        }
    }

    private func next(before deadline: ContinuousClock.Instant) throws(SpeechError) -> EngineAnswer {
        let line = try nextLine(before: deadline)
        guard let message = try? JSONDecoder().decode(EngineAnswer.self, from: Data(line)) else {
            kill()
            throw SpeechError(.engineFailed, "the speech engine answers with something that is not an answer")
        }
        return message
    }

    private func nextLine(before deadline: ContinuousClock.Instant) throws(SpeechError) -> [UInt8] {
        while true {
            let line = pending.withLock { bytes -> [UInt8]? in
                guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { bytes.removeSubrange(...end) }
                return Array(bytes[..<end])
            }
            if let line { return line }
            let block = try read(before: deadline)
            let isTooLong = pending.withLock { bytes in
                bytes += block
                return bytes.count > Self.lineBytesMax
            }
            if isTooLong {
                kill()
                throw SpeechError(.engineFailed, "the speech engine answers without end")
            }
        }
    }

    private func read(before deadline: ContinuousClock.Instant) throws(SpeechError) -> [UInt8] {
        var ready = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let leftMs = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            guard leftMs > 0 else {
                kill()
                throw SpeechError(.timedOut, "the speech engine takes too long")
            }
            let count = poll(&ready, 1, Int32(clamping: leftMs))
            if count > 0 { break }
            if count < 0 && errno != EINTR { throw died() }
        }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(output.fileDescriptor, &block, block.count)
            if count > 0 { return Array(block[..<count]) }
            if count < 0 && errno == EINTR { continue }
            throw died()
        }
    }

    /// The error of a process whose pipe has ended, with how it ended and its last words.
    private func died() -> SpeechError {
        kill()
        process.waitUntilExit()
        let how = process.terminationReason == .uncaughtSignal ? "by signal" : "with status"
        let log =
            FileManager.default.contents(atPath: logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let last = log.suffix(Self.logBytesShown).split(separator: "\n").last.map { ": \($0)" } ?? ""
        return SpeechError(
            .engineFailed,
            "the speech engine ended \(how) \(process.terminationStatus)\(last)"
        )
    }
}
