import Foundation
import Subprocesses

/// One engine: a child process that answers one request after another on its pipes.
///
/// Its functions block; one thread at a time may use it. Only `kill` may be called from any thread.
final class EngineProcess: Sendable {
    private static let lineBytesMax = 8 << 20

    private let process: LineProcess

    /// Starts the engine and waits until its model is loaded.
    init(_ configuration: SpeechConfiguration, programPath: String, number: Int) throws(SpeechError) {
        let python = configuration.pythonPath
        let models = [configuration.modelDirectory] + (configuration.voiceModelPath.map { [$0] } ?? [])
        let launch = ProcessLaunch(
            executable: python,
            arguments: ["-I", "-B", programPath] + models,
            environment: [
                "PATH": "/usr/bin:/bin",
                "HOME": configuration.scratchDirectory,
                "TMPDIR": configuration.scratchDirectory,
                "LANG": "C.UTF-8",
                "HF_HUB_OFFLINE": "1",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            ],
            folder: configuration.scratchDirectory,
            logPath: configuration.scratchDirectory + "/speech-\(number).log",
            lineBytesMax: Self.lineBytesMax
        )
        do throws(LaunchError) {
            process = try LineProcess(launch)
        } catch {
            throw SpeechError(
                .engineUnavailable,
                "the speech engine does not start with '\(python)': \(error.description)"
            )
        }
        try waitUntilReady(msMax: configuration.startMsMax)
    }

    /// Sends a request and waits for its answer, telling of progress in between.
    func answer(
        _ request: EngineRequest,
        msMax: Int,
        progress: (Double) -> Void
    ) throws(SpeechError) -> EngineAnswer {
        let deadline = SuspendingClock.now + .milliseconds(msMax)
        do {
            try process.send(try JSONEncoder().encode(request))
        } catch {
            throw Self.ended(process.end())
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
    func kill() { process.kill() }

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

    private func next(before deadline: SuspendingClock.Instant) throws(SpeechError) -> EngineAnswer {
        let line = try nextLine(before: deadline)
        guard let message = try? JSONDecoder().decode(EngineAnswer.self, from: Data(line)) else {
            kill()
            throw SpeechError(.engineFailed, "the speech engine answers with something that is not an answer")
        }
        return message
    }

    private func nextLine(before deadline: SuspendingClock.Instant) throws(SpeechError) -> [UInt8] {
        do throws(LineFailure) {
            if let line = try process.nextLine(before: deadline) { return line }
        } catch {
            switch error {
            case .endless:
                kill()
                throw SpeechError(.engineFailed, "the speech engine answers without end")
            case .ended(let end): throw Self.ended(end)
            }
        }
        kill()
        throw SpeechError(.timedOut, "the speech engine takes too long")
    }

    /// The error of a process whose pipe has ended, with how it ended and its last words.
    private static func ended(_ end: ProcessEnd) -> SpeechError {
        let how =
            switch end.how {
            case .signal(let signal): "by signal \(signal)"
            case .status(let status): "with status \(status)"
            case .silent: "without a word"
            }
        let last = end.lastWords.map { ": \($0)" } ?? ""
        return SpeechError(.engineFailed, "the speech engine ended \(how)\(last)")
    }
}
