import Foundation
import Logging
import Testing
import Threads

@testable import Speech

/// Runs the fleet on made-up engines, which fail in the ways that a real one may.
@Suite struct EngineFleetTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// A program in place of Python; `body` runs once the engine has said that it is ready.
    private func fleet(_ body: String, ready: String = #"{"ready":true}"#) throws -> EngineFleet {
        let script = """
            #!/bin/bash
            echo $$ >> '\(folder.path)/started'
            echo '\(ready)'
            answer() { sed -E 's/.*"id":([0-9]+).*/\\1/' <<<"$line" | sed -E 's/(.*)/{"id":\\1,'"$1"'}/'; }
            \(body)
            """
        let file = folder.url.appending(path: "engine")
        try Data(script.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        var configuration = SpeechConfiguration(
            pythonPath: file.path,
            modelDirectory: "none",
            scratchDirectory: folder.path,
            processCount: 2
        )
        configuration.startMsMax = 20_000
        return EngineFleet(configuration, logger: Logger(label: "test"))
    }

    private let request = EngineRequest(
        id: 7,
        operation: .transcribe,
        wav: "none",
        offsetBytes: 0,
        samples: 1,
        language: nil
    )

    private func startedPIDs() throws -> [Int32] {
        try String(contentsOf: folder.url.appending(path: "started"), encoding: .utf8)
            .split(separator: "\n").compactMap { Int32($0) }
    }

    @Test func `a warm engine answers again and again`() async throws {
        let fleet = try fleet(#"while read -r line; do answer '"progress":0.5'; answer '"words":[]'; done"#)
        let progress = Locked<[Double]>([])

        for _ in 0..<3 {
            let answer = try await fleet.answer(request, msMax: 20_000) { part in
                progress.withLock { $0.append(part) }
            }
            #expect(answer.words?.isEmpty == true)
        }

        #expect(try startedPIDs().count == 1)
        #expect(progress.withLock { $0 } == [0.5, 0.5, 0.5])
        fleet.stop()
    }

    @Test func `an engine that has been idle for long is ended, and the next piece starts another`()
        async throws
    {
        let fleet = try fleet(#"while read -r line; do answer '"words":[]'; done"#)
        let before = ContinuousClock.now
        _ = try await fleet.answer(request, msMax: 20_000) { _ in }

        fleet.endIdle(since: before)
        _ = try await fleet.answer(request, msMax: 20_000) { _ in }
        #expect(try startedPIDs().count == 1)

        fleet.endIdle(since: .now)
        _ = try await fleet.answer(request, msMax: 20_000) { _ in }
        #expect(try startedPIDs().count == 2)
        fleet.stop()
    }

    @Test func `a piece whose engine dies is given to a fresh one`() async throws {
        let fleet = try fleet(
            """
            read -r line
            [ $(wc -l < '\(folder.path)/started') = 1 ] && exit 3
            answer '"words":[["so",0.1,0.4,0.9]]'; read -r line
            """
        )

        let answer = try await fleet.answer(request, msMax: 20_000) { _ in }

        #expect(answer.words?.map(\.text) == ["so"])
        #expect(try startedPIDs().count == 2)
        fleet.stop()
    }

    @Test func `an engine that dies twice fails the piece with its last words`() async throws {
        let fleet = try fleet("read -r line; echo 'no memory left' >&2; exit 3")

        let error = await #expect(throws: SpeechError.self) {
            try await fleet.answer(request, msMax: 20_000) { _ in }
        }

        #expect(error?.code == .engineFailed)
        #expect(error?.description == "the speech engine ended with status 3: no memory left")
        #expect(try startedPIDs().count == 2)
    }

    @Test func `an engine that hangs is killed when its time is over`() async throws {
        let fleet = try fleet("read -r line; exec sleep 1000")

        let error = await #expect(throws: SpeechError.self) {
            try await fleet.answer(request, msMax: 100) { _ in }
        }

        #expect(error?.code == .timedOut)
        #expect(try startedPIDs().count == 2)
        fleet.stop()
    }

    @Test func `an engine that reports an error or talks nonsense fails the piece`() async throws {
        let reporting = try fleet(#"while read -r line; do answer '"error":"ValueError: bad"'; done"#)
        let error = await #expect(throws: SpeechError.self) {
            try await reporting.answer(request, msMax: 20_000) { _ in }
        }
        #expect(error?.description == "the speech engine reports: ValueError: bad")

        let babbling = try fleet("while read -r line; do echo '<html>'; done")
        await #expect(throws: SpeechError.self) { try await babbling.answer(request, msMax: 20_000) { _ in } }
    }

    @Test func `an engine without its model is unavailable and not tried again`() async throws {
        let fleet = try fleet("", ready: #"{"fatal":"RuntimeError: no model"}"#)

        let error = await #expect(throws: SpeechError.self) {
            try await fleet.answer(request, msMax: 20_000) { _ in }
        }

        #expect(error?.code == .engineUnavailable)
        #expect(error?.description.contains("no model") == true)
        #expect(try startedPIDs().count == 1)
    }

    @Test func `cancelling the task kills the engine at work`() async throws {
        let fleet = try fleet(#"read -r line; answer '"progress":0.1'; exec sleep 1000"#)
        let (reports, continuation) = AsyncStream.makeStream(of: Double.self)
        let request = request
        let work = Task { try await fleet.answer(request, msMax: 500_000) { continuation.yield($0) } }
        for await _ in reports { break }

        work.cancel()

        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try startedPIDs().count == 1)
        fleet.stop()
    }

    @Test func `stopping fails the work under way and takes no more`() async throws {
        let fleet = try fleet(#"read -r line; answer '"progress":0.1'; exec sleep 1000"#)
        let (reports, continuation) = AsyncStream.makeStream(of: Double.self)
        let request = request
        let work = Task { try await fleet.answer(request, msMax: 500_000) { continuation.yield($0) } }
        for await _ in reports { break }

        fleet.stop()

        let error = await #expect(throws: SpeechError.self) { try await work.value }
        #expect(error?.code == .stopped)
        await #expect(throws: (any Error).self) { try await fleet.answer(request, msMax: 1000) { _ in } }
    }

    @Test func `a missing Python is told by its path`() async throws {
        let configuration = SpeechConfiguration(vendorDirectory: "/nowhere", scratchDirectory: folder.path)
        let fleet = EngineFleet(configuration, logger: Logger(label: "test"))

        let error = await #expect(throws: SpeechError.self) {
            try await fleet.answer(request, msMax: 1000) { _ in }
        }

        #expect(error?.code == .engineUnavailable)
        #expect(error?.description.contains("/nowhere/speech/bin/python") == true)
    }
}
