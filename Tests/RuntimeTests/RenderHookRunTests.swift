import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Providers
import Store
import Testing
import Threads

@testable import Runtime

/// Runs whose shorts are rendered by a renderer of the customer's own.
@Suite struct RenderHookRunTests {
    private static let secret = Array("a secret of the hook's".utf8)

    /// A renderer that ends each short in `status`, which a poll tells; it never calls back.
    private func server(_ status: @escaping @Sendable (_ order: Int) -> String) throws -> LoopbackServer {
        let orders = Locked(0)
        return try LoopbackServer.answering { request in
            let parts = request.target.split(separator: "/")
            switch (request.method, parts.count) {
            case ("POST", 2):
                let order = orders.withLock { orders in
                    orders += 1
                    return orders
                }
                return LoopbackAnswer(202, body: #"{"render_id": "r-\#(order)"}"#)
            case ("GET", 5):
                let word = status(Int(parts[2].dropFirst(2)) ?? 0)
                return LoopbackAnswer(
                    200,
                    body: """
                        {"render_id": "\(parts[2])", "output_id": "\(parts[4])", "status": "\(word)",
                        "error": {"detail": "no such font", "retryable": false}}
                        """
                )
            default: return LoopbackAnswer(404)
            }
        }
    }

    private func end(_ server: LoopbackServer) async throws -> (run: RunView, outputs: [OutputView]) {
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { client.shutdown() }
        let hook = RenderHook(
            url: server.url,
            secret: Self.secret,
            client: client,
            pollSchedule: PollSchedule(firstDelayMs: 20, delayMsMax: 100, factor: 2, deadlineMs: 600_000)
        )
        let harness = try await Harness(others: [hook]) { _, _ in .work(callbacks: 1) }
        let run = try await harness.serving {
            try await harness.ended(
                try await harness.startRun(providers: ProviderChoice(render: RenderHook.standardName))
            )
        }
        #expect(harness.provider.submitted.allSatisfy { $0.kind != .render })
        return (run, try await harness.store.outputViews(runId: run.id))
    }

    @Test func `a short that a renderer elsewhere made is rendered, and says who has its files`()
        async throws
    {
        let server = try server { _ in "rendered" }
        defer { server.stop() }

        let (run, outputs) = try await end(server)

        #expect(run.state == "fully_generated")
        #expect(!outputs.isEmpty)
        for output in outputs {
            #expect(output.state == "rendered" && output.renditions.isEmpty)
            let warning = output.warnings.first { $0.code == "renditions-elsewhere" }
            #expect(warning?.detail.contains("render-hook") == true)
        }
        let orders = server.received.filter { $0.method == "POST" }
        #expect(orders.count == outputs.count)
        #expect(Set(orders.map { $0.header("idempotency-key") }).count == outputs.count)
    }

    @Test func `a short that it cannot render fails alone, in its words`() async throws {
        let server = try server { $0 == 1 ? "failed" : "rendered" }
        defer { server.stop() }

        let (run, outputs) = try await end(server)

        #expect(run.delivery.state == "partially_failed")
        #expect(outputs.compactMap(\.error?.detail) == ["no such font"])
        #expect(outputs.compactMap(\.error?.retryable) == [false])
    }

    @Test func `a provider that a gateway does not have fails the run with the names of those it has`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        let run = try await harness.serving {
            try await harness.ended(
                try await harness.startRun(providers: ProviderChoice(transcription: "gone"))
            )
        }

        #expect(run.error?.slug == "unknown-provider")
        #expect(run.error?.detail.contains("known: worker") == true)
    }
}
