import Foundation
import Glibc
import Logging
import RuntimeSupport
import Testing
import Threads

@testable import Runtime

@Suite struct WorkerSupervisorTests {
    private static let logger = Logger(label: "supervisor") { _ in SwiftLogNoOpLogHandler() }

    /// A shell that stands in for the worker: it announces its own process id as its port.
    private func launch(_ script: String, log: FileHandle? = FileHandle.nullDevice) -> WorkerLaunch {
        var launch = WorkerLaunch(
            executable: "/bin/sh",
            scratchFolder: "/tmp",
            secret: "whsec_x",
            vendorFolder: "/v",
            modelFolder: nil,
            inherited: ["PATH": "/usr/bin:/bin", "HOME": "/h", "REELGATE_DATABASE_URL": "postgres://secret"]
        )
        launch.arguments = ["-c", script]
        launch.log = log
        launch.stopGraceMs = 300
        launch.readyCheckMs = 50
        return launch
    }

    private static let announcing = #"printf '{"listening": %d}\n' $(( $$ % 60000 + 1 )); cat > /dev/null"#

    /// Runs `body` beside a supervisor; the signal comes each time that a worker is ready.
    private func supervising(
        _ launch: WorkerLaunch,
        _ body: (WorkerSupervisor, WakeSignal) async throws -> Void
    ) async throws {
        let ready = WakeSignal()
        let supervisor = WorkerSupervisor(
            launch: launch,
            logger: Self.logger,
            backOff: WorkerBackOff(firstDelayMs: 10, delayMsMax: 20),
            onListening: { ready.wake() }
        )
        let task = Task { try await supervisor.run() }
        try await body(supervisor, ready)
        task.cancel()
        try await task.value
        #expect(supervisor.endpoint == nil)
    }

    private func waitForEndpoint(
        _ supervisor: WorkerSupervisor,
        _ ready: WakeSignal,
        otherThan old: String? = nil
    ) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let endpoint = supervisor.endpoint, endpoint != old { return endpoint }
            await ready.wait(atMostMs: 500)
        }
        throw FakeFailure.tooLate
    }

    @Test func `the worker's port is known once it listens`() async throws {
        try await supervising(launch(Self.announcing)) { supervisor, ready in
            let endpoint = try await waitForEndpoint(supervisor, ready)

            #expect(endpoint.hasPrefix("http://127.0.0.1:"))
        }
    }

    @Test func `a worker that dies is started again and listens elsewhere`() async throws {
        // The first line tells the real process id, the second the port.
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let file = "\(folder)reelgate-pid-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await supervising(launch("echo $$ > \(file); " + Self.announcing)) { supervisor, ready in
            let first = try await waitForEndpoint(supervisor, ready)
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let id = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))

            kill(id, SIGKILL)

            let second = try await waitForEndpoint(supervisor, ready, otherThan: first)
            #expect(second != first)
        }
    }

    @Test func `the worker sees nothing of our environment but what it needs`() async throws {
        let pipe = Pipe()
        try await supervising(launch("env >&2; " + Self.announcing, log: pipe.fileHandleForWriting)) {
            supervisor,
            ready in
            _ = try await waitForEndpoint(supervisor, ready)
        }
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)

        let names = Set(
            text.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
        )
        #expect(names.isSuperset(of: ["PATH", "HOME", "REELGATE_WORKER_SECRET", "REELGATE_VENDOR_DIR"]))
        #expect(!text.contains("REELGATE_DATABASE_URL"))
        #expect(!text.contains("REELGATE_MODEL_DIR"))
    }

    @Test func `a worker that does not want to end is killed after the grace`() async throws {
        let stubborn = "trap '' TERM; " + Self.announcing + "; while :; do sleep 1; done"
        try await supervising(launch(stubborn)) { supervisor, ready in
            _ = try await waitForEndpoint(supervisor, ready)
        }
    }

    @Test func `a program that is not there is tried again, not fatal`() async throws {
        var missing = launch("")
        missing.executable = "/nonexistent/reelgate-worker"
        let supervisor = WorkerSupervisor(
            launch: missing,
            logger: Self.logger,
            backOff: WorkerBackOff(firstDelayMs: 1, delayMsMax: 1),
            onListening: {}
        )
        let task = Task { try await supervisor.run() }

        task.cancel()

        try await task.value
        #expect(supervisor.endpoint == nil)
    }

    @Test func `the pause before a new start grows to its limit`() {
        let backOff = WorkerBackOff()

        #expect([1, 2, 3, 7, 100].map(backOff.delayMs(afterFailures:)) == [250, 500, 1_000, 10_000, 10_000])
    }
}
