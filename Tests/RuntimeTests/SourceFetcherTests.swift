import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Signatures
import Store
import Testing

@testable import Runtime

@Suite struct SourceFetcherTests {
    /// How a run of this URL ends.
    private func run(
        _ answer: LoopbackAnswer,
        policy: AddressPolicy = .allowPrivateNetworks
    ) async throws -> (run: RunView, harness: Harness, requests: Int) {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        let harness = try await Harness(sourcePolicy: policy) { _, _ in .work(callbacks: 1) }
        let url = "\(server.url)/talk.mp4"
        let run = try await harness.serving { try await harness.ended(try await harness.startRun(url: url)) }
        return (run, harness, server.received.count)
    }

    @Test func `a linked source becomes the run's asset`() async throws {
        let (run, harness, _) = try await run(LoopbackAnswer(200, body: "a talk"))

        #expect(run.state == "fully_generated")
        #expect(run.source.sha256 == SHA256Digest.hex(Array("a talk".utf8)))
        let source = harness.provider.submitted.first?.inputs.first
        #expect(source?.sha256 == run.source.sha256)
        #expect(source?.sizeBytes == 6)
    }

    @Test(arguments: [
        (301, "source-redirects"), (401, "source-refused"), (404, "source-refused"),
    ])
    func `an answer that is not the file fails the run`(status: Int, slug: String) async throws {
        let answer = LoopbackAnswer(status, headers: [("location", "https://example.com/other")])

        let (run, _, requests) = try await run(answer)

        #expect(run.error?.slug == slug)
        #expect(requests == 1)
    }

    @Test func `a server in trouble is tried a few times`() async throws {
        let (run, _, requests) = try await run(LoopbackAnswer(503))

        #expect(run.error?.slug == "source-unreachable")
        #expect(requests == RetryPolicy.of(.away).attemptsMax)
    }

    @Test func `an empty file is no source`() async throws {
        let (run, _, _) = try await run(LoopbackAnswer(200))

        #expect(run.error?.slug == "source-empty")
    }

    @Test func `a private address is not asked at all`() async throws {
        let (run, _, requests) = try await run(LoopbackAnswer(200, body: "secrets"), policy: .publicOnly)

        #expect(run.error?.slug == "source-address-blocked")
        #expect(requests == 0)
    }
}
