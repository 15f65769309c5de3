import Contracts
import Foundation
import OutboundHTTP
import StudioSupport
import Testing

/// A gateway with a providers file, and a hosted service that is a fake.
@Suite(.serialized) struct HostedProviderTests {
    private static let secondsMax = 240.0

    @Test func `a provider of the providers file transcribes, and its callback ends the stage`() async throws
    {
        let fake = try FakeAssemblyAI(transcript: try Self.transcript())
        let gateway = try Gateway()
        defer {
            gateway.stop()
            fake.service.stop()
        }
        gateway.settings["REELGATE_PROVIDERS_FILE"] = "\(gateway.folder)/providers.json"
        // The loopback address is allowed by the setting that all of these gateways have.
        try """
        {"providers": {"speech": {"kind": "assemblyai", "key": {"env": "SPEECH_KEY"}, "url": "\(fake.service.url)",
                                  "concurrency": 2}},
         "routes": {"transcribe": "speech"}}
        """
        .write(toFile: "\(gateway.folder)/providers.json", atomically: true, encoding: .utf8)
        gateway.settings["SPEECH_KEY"] = FakeAssemblyAI.key
        try gateway.start()

        let id = try Programs.run(
            Programs.reelgate,
            ["runs", "create", try SampleSource.make(in: gateway.folder)],
            environment: gateway.environment
        )
        .trimmingCharacters(in: .whitespacesAndNewlines)
        try gateway.waitUntil("the provider has the job", seconds: Self.secondsMax) { !fake.jobs.all.isEmpty }
        let job = try #require(fake.jobs.all.first)
        fake.jobs.set(.done, of: job.id)
        let callback = try #require(fake.callback(job.id, saying: .done))
        let answer = try await gateway.send(
            HTTPRequest(
                method: "POST",
                url: callback.url,
                headers: callback.headers,
                body: Array(callback.body.utf8)
            )
        )
        #expect(answer.status == 200)
        let run = try await gateway.run(id, seconds: Self.secondsMax) { run in
            run.finishedAt != nil
                || run.jobs?.contains { $0.stage == "transcribe" && $0.state == "completed" } == true
        }
        let transcribed = try #require(run.jobs?.first { $0.stage == "transcribe" })
        #expect(transcribed.state == "completed" && transcribed.provider == "speech", "\(transcribed)")

        try await checkOps(gateway)
        try await checkRefusal(gateway)
        let log = try String(contentsOfFile: "\(gateway.folder)/serve.log", encoding: .utf8)
        #expect(!log.contains(FakeAssemblyAI.key))
    }

    @Test func `a mistake in the providers file keeps the gateway from starting, and doctor tells it`() throws
    {
        let gateway = try Gateway()
        defer { gateway.stop() }
        let file = "\(gateway.folder)/providers.json"
        try #"{"providers": {"speech": {"kind": "assemblyai", "kye": "hush"}}}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        gateway.settings["REELGATE_PROVIDERS_FILE"] = file

        for arguments in [["serve", "--port", "0"], ["doctor"], ["doctor", "--json"], ["config"]] {
            let (code, output) = try Programs.outcome(
                Programs.reelgate,
                arguments,
                environment: gateway.environment
            )
            #expect(code != 0)
            #expect(output.contains("\(file): /providers/speech/kye"), "\(output)")
            #expect(!output.contains("hush"))
        }
    }

    private func checkOps(_ gateway: Gateway) async throws {
        let response = try await gateway.send(HTTPRequest(url: "\(gateway.url)/v1/ops/providers"))
        let text = String(decoding: response.body, as: UTF8.self)
        let page = try WireJSON.decode(Page<ProviderView>.self, from: Data(response.body))
        #expect(page.data.map(\.name) == ["embedded", "speech", "worker"])
        let speech = try #require(page.data.first { $0.name == "speech" })
        #expect(speech.kinds == ["transcribe"] && speech.trust == "secret")
        #expect(speech.guards.map(\.name) == ["concurrency"] && speech.endings.callback == 1)
        #expect(!text.contains(FakeAssemblyAI.key))
    }

    private func checkRefusal(_ gateway: Gateway) async throws {
        let body = #"{"source": {"url": "https://example.com/a.mp4"}, "providers": {"render": "shotstack"}}"#
        let response = try await gateway.send(
            HTTPRequest(
                method: "POST",
                url: "\(gateway.url)/v1/runs",
                headers: [("content-type", "application/json")],
                body: Array(body.utf8)
            )
        )
        let problem = try WireJSON.decode(Problem.self, from: Data(response.body))
        #expect(response.status == 422 && problem.slug == "unknown-provider")
        #expect(problem.errors?.first?.detail.contains("set REELGATE_SHOTSTACK_KEY") == true)
    }

    /// What a done transcript has beside its id and state.
    private static func transcript() throws -> String {
        let path = "\(Programs.root)/Tests/Fixtures/providers/assemblyai/completed.json"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return lines.filter { !$0.contains("\"id\"") && !$0.contains("\"status\"") }.dropFirst().dropLast()
            .joined(separator: "\n")
    }
}
