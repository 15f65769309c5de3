import Contracts
import Foundation
import MediaWorker
import Subprocesses
import Testing

/// The real process that reads sources: what it has given up, and what its limits do to it.
@Suite(.timeLimit(.minutes(3))) struct SourceChildTests {
    private let fake: FakeSourceProgram

    init() throws { fake = try FakeSourceProgram() }

    private func run(
        _ source: Data,
        change: (inout SourceLimits) -> Void = { _ in }
    ) throws -> SourceNews.Result {
        let path = "\(fake.folder)/source"
        try source.write(to: URL(filePath: path))
        var limits = SourceLimits(sourceBytes: Int64(source.count))
        change(&limits)
        let process = SourceProcess(
            try WorkerProgram.sources(),
            limits: limits,
            logger: FakeSourceProgram.logger
        )
        let order = SourceOrder(source: path, folder: fake.folder, durationMsMax: nil)
        return try process.run(order, cancel: { false }, progress: { _ in })
    }

    private func proc(_ id: Int32, _ name: String) throws -> String {
        try String(contentsOfFile: "/proc/\(id)/\(name)", encoding: .utf8)
    }

    @Test func `before its order comes it has no network, no rights to gain, and its limits`() throws {
        let program = try WorkerProgram.sources()
        let process = try LineProcess(
            ProcessLaunch(
                executable: program.executable,
                arguments: program.arguments,
                environment: [:],
                folder: fake.folder,
                logPath: "\(fake.folder)/log",
                lineBytesMax: 1_000,
                limits: ProcessLimits(memoryBytes: 1 << 30, cpuSeconds: 77, fileBytesMax: 1 << 20)
            )
        )
        let line = try #require(try process.nextLine(before: .now + .seconds(60)))

        let news = try WireJSON.decode(SourceNews.self, from: Data(line))
        #expect(news.isIsolated == true)
        let status = try proc(process.id, "status")
        #expect(status.contains("Seccomp:\t2"))
        #expect(status.contains("NoNewPrivs:\t1"))
        let limits = try proc(process.id, "limits").split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for expected in [
            "Max cpu time 77 82 seconds", "Max file size 1048576 1048576 bytes",
            "Max data size 1073741824 1073741824 bytes", "Max core file size 0 0 bytes",
            "Max open files 64 64 files",
        ] { #expect(limits.contains(expected), "\(expected)") }
        #expect(try proc(process.id, "oom_score_adj") == "500\n")
        #expect(process.end().how == .signal(9))
    }

    @Test func `it ends with whoever started it, even in the midst of its work`() throws {
        let path = "\(fake.folder)/source"
        try SampleMedia.video(seconds: 4).write(to: URL(filePath: path))
        let program = try WorkerProgram.sources()
        let (process, input) = (Process(), Pipe())
        process.executableURL = URL(filePath: program.executable)
        process.arguments = program.arguments
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let order = SourceOrder(source: path, folder: fake.folder, durationMsMax: nil)
        try input.fileHandleForWriting.write(contentsOf: WireJSON.encode(order) + [UInt8(ascii: "\n")])
        try input.fileHandleForWriting.close()
        process.waitUntilExit()

        #expect(process.terminationStatus == 4)
    }

    @Test func `a source comes out as media and sound, and nothing else is left`() throws {
        let result = try run(SampleMedia.video(seconds: 2))

        #expect(result.media.treatment == .remuxed)
        #expect(abs(result.audio.durationMs - 2_000) <= 50)
        let files = try FileManager.default.contentsOfDirectory(atPath: fake.folder).sorted()
        #expect(files == ["audio.wav", "media.mp4", "source", "source.log"])
    }

    @Test func `a source that needs more memory than it may is told so`() throws {
        let source = try SampleMedia.video(seconds: 1, size: "4096x2160")

        let problem = #expect(throws: Problem.self) {
            try run(source) { $0.process.memoryBytes = 128 << 20 }
        }

        #expect(problem?.slug == "source-over-limit")
        #expect(problem?.detail.contains("more than 128 MiB of memory") == true)
        #expect(problem?.retryable == false)
    }

    @Test func `results that become too large end the work`() throws {
        let source = try SampleMedia.video(seconds: 2)

        let problem = #expect(throws: Problem.self) { try run(source) { $0.process.fileBytesMax = 32_768 } }

        #expect(problem?.slug == "source-over-limit")
    }
}
