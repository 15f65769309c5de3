import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Providers
import Signatures
import Store
import StudioSupport
import Testing
import Threads

@testable import Runtime

/// Shorts that a hosted service renders, whose files the gateway fetches.
@Suite struct HostedRenderTests {
    /// Says at once where the files of each short are.
    private struct Studio: Provider {
        let name = "studio"
        let identity = "studio/1"
        let pollSchedule = PollSchedule(firstDelayMs: 20, delayMsMax: 50, factor: 1, deadlineMs: 600_000)
        let url: String
        /// What each file is said to weigh, in place of what it does.
        var announcedBytes: Int64?
        private let lengths = Locked<[String: Int]>([:])

        init(url: String, announcedBytes: Int64? = nil) {
            self.url = url
            self.announcedBytes = announcedBytes
        }

        func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .render }

        func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
            lengths.withLock { $0[task.taskId] = task.parameters.short?.durationMs ?? 0 }
            return .accepted(externalId: "r-\(task.taskId)", report: nil)
        }

        func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
            let durationMs = lengths.withLock { $0[task.taskId] ?? 0 }
            return .made(
                .renditions(
                    [AspectRatio.portrait, .square].map { ratio in
                        RenderedFile(
                            aspectRatio: ratio,
                            url: "\(url)/\(ratio.width)/\(ratio.height)/\(durationMs)",
                            headers: [FetchHeader(name: "authorization", value: Secret("Bearer k"))],
                            sizeBytes: announcedBytes
                        )
                    }
                )
            )
        }

        func cancel(externalId: String) async {}

        func verify(_ callback: IncomingCallback) async -> CallbackVerdict { .rejected(reason: "none come") }
    }

    private func server(
        _ spoil: @escaping @Sendable (_ request: Int, _ file: [UInt8]) -> LoopbackAnswer? = { _, _ in nil }
    ) throws -> LoopbackServer {
        let requests = Locked(0)
        return try LoopbackServer.answering { request in
            let parts = request.target.split(separator: "/").compactMap { Int($0) }
            guard parts.count == 3, request.header("authorization") == "Bearer k" else {
                return LoopbackAnswer(403)
            }
            let file = FakeMP4.file(width: parts[0], height: parts[1], durationMs: parts[2])
            let number = requests.withLock { requests in
                requests += 1
                return requests
            }
            return spoil(number, file) ?? LoopbackAnswer(200, bytes: file)
        }
    }

    private func end(
        _ server: LoopbackServer,
        announcedBytes: Int64? = nil
    ) async throws -> (run: RunView, outputs: [OutputView]) {
        let studio = Studio(url: server.url, announcedBytes: announcedBytes)
        let harness = try await Harness(others: [studio]) { _, _ in .work(callbacks: 1) }
        let run = try await harness.serving {
            try await harness.ended(
                try await harness.startRun(providers: ProviderChoice(render: "studio"))
            )
        }
        return (run, try await harness.store.outputViews(runId: run.id))
    }

    @Test func `files are fetched with what they ask for, and said to be unmeasured`() async throws {
        let server = try server()
        defer { server.stop() }
        let (run, outputs) = try await end(server)

        #expect(run.state == "fully_generated")
        #expect(!outputs.isEmpty)
        for output in outputs {
            #expect(output.renditions.map(\.aspectRatio) == [.portrait, .square])
            #expect(output.renditions.allSatisfy { $0.thumbnailUrl == nil })
            #expect(output.warnings.contains { $0.code == "renditions-unmeasured" })
            #expect(output.qc?.ready == true)
            #expect(Set(output.qc?.checks.map(\.name) ?? []) == ["size", "duration", "sound-track"])
        }
    }

    @Test func `a file that cannot be fetched now is asked for again`() async throws {
        let server = try server { number, _ in number <= 2 ? LoopbackAnswer(503) : nil }
        defer { server.stop() }
        let (run, _) = try await end(server)
        #expect(run.state == "fully_generated")
    }

    @Test func `a file that lags behind its word is asked for again, whatever came before`() async throws {
        let server = try server { number, _ in
            number > 10 ? nil : LoopbackAnswer(number > 6 ? 404 : 503)
        }
        defer { server.stop() }
        let (run, _) = try await end(server)
        #expect(run.state == "fully_generated")
    }

    @Test(arguments: [404, 403, 410, 302])
    func `a file that is not there is asked for a few times, and then its short has failed`(
        status: Int
    ) async throws {
        let server = try server { _, _ in LoopbackAnswer(status) }
        defer { server.stop() }
        let (run, outputs) = try await end(server)

        #expect(run.delivery.state == "failed")
        for output in outputs {
            let problem = try #require(output.error)
            #expect(problem.slug == "artifact-missing", "\(problem)")
            #expect(problem.detail.contains("'studio' cannot be fetched: status \(status)."))
            #expect(problem.detail.contains("asked for 5 times"))
        }
        let attempts = RetryPolicy.stage.attemptsMax
        #expect(server.received.count == outputs.count * attempts * ResultTries.countMax)
    }

    @Test func `a file that is no film fails its short alone`() async throws {
        let server = try server { _, _ in LoopbackAnswer(200, body: "<html>sorry</html>") }
        defer { server.stop() }
        let (run, outputs) = try await end(server)
        #expect(run.delivery.state == "failed")
        #expect(outputs.allSatisfy { $0.error?.slug == "artifact-invalid" })
        #expect(outputs.first?.error?.detail.contains("no MP4 file") == true)
    }

    @Test func `a file of another size than was told is not taken`() async throws {
        let server = try server()
        defer { server.stop() }
        let (run, outputs) = try await end(server, announcedBytes: 7)
        #expect(run.delivery.state == "failed")
        #expect(outputs.first?.error?.detail.contains("announced 7 bytes") == true)
    }
}
