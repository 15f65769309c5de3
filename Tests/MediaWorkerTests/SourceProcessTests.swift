import Contracts
import Foundation
import MediaWorker
import Subprocesses
import Testing
import Threads

/// What becomes of a process that misbehaves as one may that a file has taken over.
@Suite(.timeLimit(.minutes(2))) struct SourceProcessTests {
    private let fake: FakeSourceProgram

    init() throws { fake = try FakeSourceProgram() }

    private func problem(
        _ body: String,
        change: (inout SourceLimits) -> Void = { _ in }
    ) async -> Problem? {
        var limits = SourceLimits(sourceBytes: 0)
        change(&limits)
        let problem = #expect(throws: Problem.self) { try fake.run(body, limits: limits) }
        while !fake.running.isEmpty { await Task.yield() }
        return problem
    }

    @Test(arguments: ["ABRT", "SEGV", "ILL", "BUS", "FPE", "TRAP", "SYS"])
    func `a crash names itself and is final`(signal: String) async {
        let problem = await problem("kill -\(signal) $$")

        #expect(problem?.slug == "source-unreadable")
        #expect(
            problem?.detail.hasPrefix("decoding it crashed (signal ") == true,
            "\(problem?.detail ?? "")"
        )
        #expect(problem?.retryable == false)
    }

    @Test func `an end from outside may be tried again`() async {
        let problem = await problem("kill -KILL $$")

        #expect(problem?.slug == "stage-failed")
        #expect(problem?.retryable == true)
    }

    @Test func `an end without a result is no success`() async {
        #expect(await problem("exit 0")?.detail == "decoding it broke off (status 0)")
        #expect(await problem("exit 3")?.detail == "decoding it broke off (status 3)")
        #expect(
            await problem("exec >&-; sleep 1000 & note $!; wait")?.detail.hasSuffix("without a word") == true
        )
    }

    @Test(arguments: ["while :; do :; done", "sleep 1000 & note $!; wait", "trap '' TERM; exec sleep 1000"])
    func `a process that gets nothing done is ended with all that it started`(body: String) async {
        let problem = await problem(body) { $0.stallMs = 300 }

        #expect(problem?.slug == "source-unreadable")
        #expect(problem?.detail.hasPrefix("decoding it hung") == true)
        #expect(problem?.retryable == false)
    }

    @Test func `a process that goes on and on is ended by its time`() async {
        let body = #"while :; do n=$((n+1)); echo "{\"steps\":$n}"; sleep 0.02; done"#

        let problem = await problem(body) { $0.totalMs = 400 }

        #expect(problem?.slug == "source-over-limit")
        #expect(problem?.detail.contains("takes longer than") == true)
    }

    @Test func `a process that computes without end is ended by its processor time`() async {
        let problem = await problem("while :; do :; done") { $0.process.cpuSeconds = 1 }

        #expect(problem?.slug == "source-over-limit")
        #expect(problem?.detail.contains("more than 1 s of processor time") == true)
    }

    @Test func `a file that grows beyond its limit ends the process`() async {
        let problem = await problem("printf '%3000000s' x > media.mp4") {
            $0.process.fileBytesMax = 2 << 20
        }

        #expect(problem?.slug == "source-over-limit")
        #expect(problem?.detail.contains("larger than 2 MiB") == true)
    }

    @Test func `a process that talks nonsense, or without end, is not listened to`() async {
        let bodies = [
            "echo '<html>'; exec sleep 1000", #"echo '{"steps":"many"}'; exec sleep 1000"#,
            "yes | tr -d '\\n'", "head -c 400000 /dev/zero | tr '\\0' x; echo; exec sleep 1000",
        ]
        for body in bodies {
            let problem = await problem(body)

            #expect(problem?.slug == "source-unreadable")
            #expect(problem?.detail.hasPrefix("decoding it went astray") == true, "\(body)")
        }
    }

    private static let result = """
        {"result":{"media":{"version":1,"container":"mp4","duration_ms":1,"treatment":"remuxed","reasons":[],\
        "original":{"container":"mp4"},"warnings":[]},\
        "audio":{"version":1,"duration_ms":1,"sample_rate":16000,"channels":1}}}
        """

    @Test func `a result counts with its files, and never a link to another file`() async throws {
        let good = "touch media.mp4 audio.wav; echo '\(Self.result)'"
        #expect(try fake.run(good).media.durationMs == 1)

        let bodies = [
            "rm -f media.mp4", "rm media.mp4; mkdir media.mp4", "ln -sf /etc/passwd audio.wav",
            "touch other; ln -f other audio.wav", "rm audio.wav; mkfifo audio.wav",
        ]
        for body in bodies {
            let problem = await problem("touch media.mp4 audio.wav; \(body); echo '\(Self.result)'")
            #expect(problem?.detail.hasPrefix("decoding it went astray") == true, "\(body)")
            try? FileManager.default.removeItem(atPath: "\(fake.folder)/media.mp4")
            try? FileManager.default.removeItem(atPath: "\(fake.folder)/audio.wav")
        }
    }

    @Test func `what is wrong with the source is told as it is`() async {
        let problem = await problem(#"echo '{"failure":{"code":"noAudio","detail":"no sound"}}'"#)

        #expect(problem?.slug == "source-no-audio")
        #expect(problem?.detail == "no sound")
    }

    @Test func `a cancel ends the process and all that it started`() async throws {
        let isCancelled = Locked(false)
        let body = #"sleep 1000 & note $!; echo '{"steps":1,"progress":0.5}'; wait"#

        #expect(throws: (any Error).self) {
            try fake.run(body, isCancelled: isCancelled) { part in
                if part == 0.5 { isCancelled.withLock { $0 = true } }
            }
        }

        while !fake.running.isEmpty { await Task.yield() }
    }

    @Test func `a program that is not there is our fault and may be mended`() async throws {
        let process = SourceProcess(
            SourceProcess.Program(executable: "/nonexistent/worker"),
            limits: SourceLimits(sourceBytes: 0),
            logger: FakeSourceProgram.logger
        )
        let problem = #expect(throws: Problem.self) {
            try process.run(fake.order, cancel: { false }, progress: { _ in })
        }

        #expect(problem?.slug == "stage-failed")
        #expect(problem?.retryable == true)
        #expect(problem?.detail.contains("/nonexistent") == false)
    }

    @Test func `a source that crashes its process leaves the worker and its other tasks alone`() async throws
    {
        let crash = TranscodeHandler(program: try fake.program("kill -SEGV $$"))
        let (entered, door) = (Door(), Door())
        let other = ClosureHandler { _ in
            entered.open()
            await door.pass()
        }
        try await WorkerHarness.run(handlers: [.transcode: crash, .segment: other]) { worker in
            _ = try await worker.dispatch(worker.task(.segment))
            await entered.pass()
            let task = worker.task(.transcode, inputs: [("source", Data("hostile".utf8))])
            _ = try await worker.dispatch(task)
            let failed = try await worker.nextReport()
            door.open()
            let done = try await worker.nextReport()

            #expect(failed.taskId == task.taskId)
            #expect(failed.state == .failed)
            #expect(failed.error?.slug == "source-unreadable")
            #expect(failed.error?.retryable == false)
            #expect(done.state == .completed)
        }
    }
}
