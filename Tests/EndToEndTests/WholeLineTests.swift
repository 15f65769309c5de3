import Contracts
import Foundation
import Testing

/// The programs as a user starts them.
///
/// Serialized: each of these tests uses the whole machine.
@Suite(.serialized) struct WholeLineTests {
    private static let runSecondsMax = 600.0

    @Test func `a source becomes clips in three ratios and a webhook that the subscriber's library verifies`()
        async throws
    {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        try gateway.listen()

        let id = try create(gateway)
        let run = try await gateway.run(id, seconds: Self.runSecondsMax) { $0.finishedAt != nil }

        #expect(run.state == "fully_generated", "\(String(describing: run.error))")
        #expect(run.jobs?.filter { $0.state == "completed" }.count == 12)
        let outputs = try await gateway.get(Page<OutputView>.self, "/v1/runs/\(id)/outputs")
        #expect(!outputs.data.isEmpty)
        for output in outputs.data {
            #expect(output.state == "rendered")
            #expect(Set(output.renditions.map(\.aspectRatio)) == Set(AspectRatio.allCases))
            for rendition in output.renditions { try checkFile(rendition, durationMs: output.durationMs) }
        }
        try verifyWebhook(gateway, run: id)
    }

    @Test func `a run survives the death of the worker and of the gateway`() async throws {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        let id = try create(gateway)

        _ = try await gateway.run(id, seconds: Self.runSecondsMax) { $0.isInProgress("transcribe") }
        try gateway.killWorker()
        _ = try await gateway.run(id, seconds: Self.runSecondsMax) { $0.isInProgress("render") }
        gateway.killServe()
        try gateway.start()
        let run = try await gateway.run(id, seconds: Self.runSecondsMax) { $0.finishedAt != nil }

        #expect(run.state == "fully_generated", "\(String(describing: run.error))")
        #expect(run.delivery.rendered == run.delivery.total)
    }

    @Test func `a file that is not media fails its run with a problem that names the cause`() async throws {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        let path = "\(gateway.folder)/notes.mp4"
        try "these are only words, not a film\n".write(toFile: path, atomically: true, encoding: .utf8)

        let id = try create(gateway, source: path)
        let run = try await gateway.run(id, seconds: 120) { $0.finishedAt != nil }

        #expect(run.state == "failed")
        #expect(run.error?.slug == "source-not-media")
    }

    private func create(_ gateway: Gateway, source: String? = nil) throws -> String {
        let source = try source ?? SampleSource.make(in: gateway.folder)
        return try Programs.run(
            Programs.reelgate,
            ["runs", "create", source],
            environment: gateway.environment
        )
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Fetches a rendition through its signed link and reads it with another program.
    private func checkFile(_ rendition: RenditionView, durationMs: Int) throws {
        let probe = try Programs.run(
            "/usr/bin/ffprobe",
            [
                "-v", "error", "-of", "default=nw=1", "-show_entries",
                "stream=codec_name,width,height:format=duration", rendition.url,
            ]
        )
        #expect(probe.contains("codec_name=h264"))
        #expect(probe.contains("codec_name=aac"))
        #expect(probe.contains("width=\(rendition.aspectRatio.width)"))
        #expect(probe.contains("height=\(rendition.aspectRatio.height)"))
        let duration = probe.split(separator: "\n").first { $0.hasPrefix("duration=") }
            .flatMap { Double($0.dropFirst("duration=".count)) }
        #expect(abs((duration ?? 0) * 1_000 - Double(durationMs)) < 60)
    }

    /// Has the `standardwebhooks` package verify the bytes that were received, and refuse a changed byte.
    private func verifyWebhook(_ gateway: Gateway, run id: String) throws {
        var line: [String: Any] = [:]
        try gateway.waitUntil("delivery.completed came", seconds: 120) {
            let lines = try gateway.webhookLines()
            line =
                lines.first { $0["run_id"] as? String == id && $0["type"] as? String == "delivery.completed" }
                ?? [:]
            return !line.isEmpty
        }
        #expect(line["verified"] as? Bool == true)
        let script = """
            import json, sys
            from standardwebhooks import Webhook, WebhookVerificationError
            line, secret = json.loads(sys.argv[1]), sys.argv[2]
            headers = {"webhook-id": line["id"], "webhook-timestamp": line["timestamp"],
                       "webhook-signature": line["signature"]}
            Webhook(secret).verify(line["body"].encode(), headers)
            try:
                Webhook(secret).verify((line["body"][:-1] + " ").encode(), headers)
            except WebhookVerificationError:
                print("both as they should be")
            """
        let text = String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self)
        let output = try Programs.run(
            "\(Programs.vendor)/tests/bin/python",
            ["-c", script, text, gateway.secret]
        )
        #expect(output.contains("both as they should be"))
    }
}

extension RunView {
    fileprivate func isInProgress(_ stage: String) -> Bool {
        jobs?.contains { $0.stage == stage && $0.state == "in_progress" } ?? false
    }
}
