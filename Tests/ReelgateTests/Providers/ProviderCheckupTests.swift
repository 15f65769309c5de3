import Contracts
import Foundation
import LoopbackSupport
import StudioSupport
import Testing

@testable import reelgate

@Suite struct ProviderCheckupTests {
    private static let publicURL = "https://gateway.example.com"

    private static func findings(
        _ providers: String,
        _ environment: [String: String] = [:],
        publicURL: String = publicURL
    ) async throws -> [DoctorFinding] {
        let folder = try ProviderFolder(#"{"providers": {\#(providers)}}"#)
        defer { folder.remove() }
        let settings = try folder.settings(environment)
        let checkup = ProviderCheckup(
            providers: try ProviderSettings(settings),
            parts: try .bench(settings),
            publicURL: publicURL
        )
        return await checkup.findings()
    }

    private static func assemblyAI(_ url: String, key: String = FakeAssemblyAI.key) -> String {
        #""assemblyai": {"kind": "assemblyai", "key": "\#(key)", "url": "\#(url)", "private_network": true}"#
    }

    @Test func `a provider that takes its key is well`() async throws {
        let fake = try FakeAssemblyAI(transcript: "")
        defer { fake.service.stop() }

        let findings = try await Self.findings(Self.assemblyAI(fake.service.url))

        #expect(findings.map(\.state) == [.ok, .ok])
        #expect(findings[0].name == "provider assemblyai: takes the key")
        #expect(findings[1].name.contains("assemblyai") && findings[1].name.contains(Self.publicURL))
        #expect(fake.service.received.map(\.method) == ["GET"] && fake.jobs.all.isEmpty)
    }

    @Test func `a key that is refused is told with what sets it, and without the key`() async throws {
        let fake = try FakeAssemblyAI(transcript: "")
        defer { fake.service.stop() }

        let finding = try #require(
            try await Self.findings(Self.assemblyAI(fake.service.url, key: "hush")).first
        )

        #expect(finding.state == .failed && !finding.isHealthy)
        #expect(finding.detail?.contains("status 401") == true)
        #expect(finding.detail?.contains("REELGATE_ASSEMBLYAI_KEY") == true)
        #expect(!finding.text.contains("hush"))
    }

    @Test func `a server that is not there is told of`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        let url = server.url
        server.stop()

        let finding = try #require(try await Self.findings(Self.assemblyAI(url)).first)

        #expect(finding.state == .failed && finding.name == "provider assemblyai: cannot be reached")
    }

    @Test func `an answer that tells nothing of the key is no failure`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(404, body: "{}") }
        defer { server.stop() }
        let cut =
            #""cut": {"kind": "creatomate", "key": "k", "url": "\#(server.url)", "private_network": true}"#

        let finding = try #require(try await Self.findings(cut).first)

        #expect(finding.state == .ok && finding.name == "provider cut (creatomate): answers; key not checked")
        #expect(finding.detail == "no call that costs nothing tells")
    }

    @Test(arguments: [(429, DoctorFinding.State.warning), (502, .warning), (404, .failed)])
    func `a provider that is reached and not well is not called well`(
        status: Int,
        state: DoctorFinding.State
    ) async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(status, body: "{}") }
        defer { server.stop() }

        let finding = try #require(try await Self.findings(Self.assemblyAI(server.url)).first)

        #expect(finding.state == state)
        #expect(finding.detail?.contains("status \(status)") == true)
        #expect(finding.name.contains(state == .warning ? "busy or broken" : "otherwise than its API"))
        #expect(finding.detail?.contains("REELGATE_ASSEMBLYAI_URL") == (state == .failed))
    }

    @Test(arguments: [200, 401]) func `models and audio models are asked for their names`(
        status: Int
    ) async throws {
        let server = try LoopbackServer.answering { request in
            LoopbackAnswer(request.target.hasSuffix("/v1/models") ? status : 500, body: "{}")
        }
        defer { server.stop() }
        let url = server.url

        let findings = try await Self.findings(
            """
            "anthropic": {"kind": "anthropic", "key": "k", "url": "\(url)"},
            "llama": {"kind": "openai", "model": "m", "url": "\(url)/v1"},
            "whisper": {"kind": "openai-audio", "key": "k", "url": "\(url)/v1", "private_network": true}
            """
        )

        #expect(findings.map(\.state) == Array(repeating: status == 200 ? .ok : .failed, count: 3))
    }

    @Test(arguments: ["http://127.0.0.1:8787", "http://localhost:8787", "https://gateway.internal"])
    func `an address that nobody outside reaches is a warning, where somebody has to`(
        url: String
    ) async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200, body: "{}") }
        defer { server.stop() }
        let sent =
            #""whisper": {"kind": "openai-audio", "key": "k", "url": "\#(server.url)", "private_network": true}"#

        let fetched = try await Self.findings(Self.assemblyAI(server.url), publicURL: url)
        let alone = try await Self.findings(sent, publicURL: url)

        #expect(fetched.map(\.state) == [.ok, .warning] && fetched[1].detail?.contains("polls") == true)
        #expect(alone.map(\.state) == [.ok])
    }

    @Test func `Amazon Transcribe needs a bucket at Amazon, and links into it`() async throws {
        let fake = try FakeAWSTranscribe(transcript: "{}")
        defer { fake.service.stop() }
        let aws = """
            "aws-transcribe": {"kind": "aws-transcribe", "region": "eu-west-1", "access_key_id": "AKIDTEST",
                               "secret_access_key": "s", "endpoint": "\(fake.service.url)", "private_network": true}
            """
        var environment = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"]

        let local = try await Self.findings(aws, environment)
        environment["REELGATE_ARTIFACTS"] = "s3://films/reelgate"
        let unlinked = try await Self.findings(aws, environment)
        environment["REELGATE_S3_PRESIGN"] = "900"
        let linked = try await Self.findings(aws, environment)

        #expect(
            local.map(\.state) == [.ok, .failed] && local[1].detail?.contains("REELGATE_ARTIFACTS") == true
        )
        #expect(unlinked.map(\.state) == [.ok, .failed])
        #expect(unlinked[1].detail?.contains("REELGATE_S3_PRESIGN") == true)
        #expect(linked.map(\.state) == [.ok, .ok])
    }

    @Test func `what is found can be read by programs, too`() throws {
        let text = String(
            decoding: try WireJSON.encode([DoctorFinding(.warning, "a", "b"), DoctorFinding(.ok, "c")]),
            as: UTF8.self
        )

        #expect(text == #"[{"detail":"b","name":"a","state":"warning"},{"name":"c","state":"ok"}]"#)
        #expect(DoctorFinding(.ok, "c").text == "ok      c")
    }

    @Test func `a configuration that cannot be read is a finding`() async throws {
        let folder = try ProviderFolder(#"{"providers": {"x": {"kind": "deepgram"}, "y": {"kind": "z"}}}"#)
        defer { folder.remove() }
        let settings = try folder.settings([
            "REELGATE_DATA_DIR": folder.path, "REELGATE_WORKER_URL": "http://w",
        ])

        let findings = try await DoctorChecks(settings: settings).findings()

        let failed = findings.filter { $0.state == .failed }
        #expect(failed.count == 2 && failed[0].detail?.contains("/providers/x/key") == true)
    }
}
