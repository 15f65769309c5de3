import API
import Contracts
import Editorial
import OutboundHTTP
import Pipeline
import Providers
import Signatures
import Testing

@testable import reelgate

@Suite struct ProviderSetupTests {
    /// One of each kind, with what it needs.
    private static let everything = """
        {"providers": {
          "assemblyai": {"kind": "assemblyai", "key": "k", "poll_seconds": 5},
          "deepgram": {"kind": "deepgram", "key": "k", "concurrency": 4, "requests_per_minute": 60},
          "speechmatics": {"kind": "speechmatics", "key": "k", "minutes_per_day": 90},
          "revai": {"kind": "revai", "key": "k"},
          "aws-transcribe": {"kind": "aws-transcribe", "region": "eu-west-1", "access_key_id": "AKID",
                             "secret_access_key": "s"},
          "openai-audio": {"kind": "openai-audio", "key": "k"},
          "remotion": {"kind": "remotion", "region": "eu-west-1", "access_key_id": "AKID", "secret_access_key": "s",
                       "function": "f", "serve_url": "https://s.example/site", "bucket": "remotionlambda-1",
                       "functions": 20},
          "shotstack": {"kind": "shotstack", "key": "k", "renders_per_day": 9},
          "creatomate": {"kind": "creatomate", "key": "k"},
          "render-hook": {"kind": "render-hook", "url": "http://10.0.0.4", "secret": "sixteen or more!"},
          "anthropic": {"kind": "anthropic", "key": "k", "concurrency": 2, "requests_per_minute": 30},
          "llama": {"kind": "openai", "model": "m", "url": "http://10.0.0.5:11434/v1"}},
         "routes": {"transcribe": ["deepgram", "revai"], "render": "shotstack", "editorial": "llama"}}
        """

    private static func setup(_ text: String, _ environment: [String: String] = [:]) throws -> ProviderSetup {
        let folder = try ProviderFolder(text)
        defer { folder.remove() }
        let settings = try folder.settings(environment)
        return try ProviderSetup(ProviderSettings(settings), .bench(settings))
    }

    private static let worker = EmbeddedWorker(secret: .generate(), client: HTTPClient(policy: .publicOnly)) {
        nil
    }

    @Test func `what is set up is registered for its work, with its limits`() throws {
        let registry = try Self.setup(Self.everything).registry(worker: Self.worker)

        #expect(
            registry.names(performing: .transcribe) == [
                "assemblyai", "aws-transcribe", "deepgram", "openai-audio", "revai", "speechmatics", "worker",
            ]
        )
        #expect(
            registry.names(performing: .render) == [
                "creatomate", "remotion", "render-hook", "shotstack", "worker",
            ]
        )
        #expect(registry.names(performing: .transcode) == ["worker"])
        #expect(registry.limits(of: "deepgram") == ProviderLimits(concurrency: 4, requestsPerMinute: 60))
        #expect(registry.limits(of: "speechmatics") == ProviderLimits(minutesPerDay: 90))
        #expect(registry.limits(of: "shotstack") == ProviderLimits(rendersPerDay: 9))
        #expect(registry.limits(of: "anthropic") == ProviderLimits(concurrency: 2, requestsPerMinute: 30))
        #expect(registry.places == ["deepgram": 4])
    }

    @Test func `routes say who takes what no run chose a provider for`() throws {
        let setup = try Self.setup(Self.everything)
        let registry = setup.registry(worker: Self.worker)

        #expect(
            registry.standard(for: .transcribe) == "deepgram"
                && registry.standard(for: .render) == "shotstack"
        )
        #expect(
            registry.standard(for: .framing) == "worker" && registry.standard(for: .transcode) == "worker"
        )
        #expect(setup.editorial.names == ["embedded", "anthropic", "llama"])
        #expect(setup.editorial.standard == "llama" && setup.editorial.hosted == ["anthropic", "llama"])
    }

    @Test func `polls come as often as the operator wants`() throws {
        let registry = try Self.setup(Self.everything).registry(worker: Self.worker)
        func delays(_ name: String) throws -> [Int] {
            let provider = try #require(registry[name])
            let schedule = registry.pollSchedule(of: provider, for: .transcribe, mediaMs: 3_600_000)
            return [0, 1, 9].map { schedule.delayMs(beforePoll: $0) }
        }

        #expect(try delays("assemblyai") == [5_000, 5_000, 5_000])
        #expect(try delays("deepgram") == [300_000, 60_000, 60_000])
    }

    @Test(arguments: ["http://api.example.com", "https://127.0.0.1:9000", "https://stt.internal"])
    func `a server in a private network needs the operator's word`(url: String) throws {
        func text(_ more: String) -> String {
            #"{"providers": {"stt": {"kind": "openai-audio", "key": "k", "url": "\#(url)"\#(more)}}}"#
        }

        let error = try #require(throws: Settings.Invalid.self) { try Self.setup(text("")) }

        #expect(
            error.description.contains("/providers/stt/url")
                && error.description.contains("'private_network'")
        )
        _ = try Self.setup(text(#", "private_network": true"#))
        _ = try Self.setup(text(""), ["REELGATE_ALLOW_PRIVATE_NETWORKS": "true"])
        _ = try Self.setup(text(""), ["REELGATE_STT_PRIVATE_NETWORK": "true"])
    }

    @Test func `the key pair of AWS is the provider's own, or that of the bucket`() throws {
        func text(_ members: String) -> String {
            #"{"providers": {"aws-transcribe": {"kind": "aws-transcribe"\#(members)}}}"#
        }
        let shared = [
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_REGION": "eu-west-1",
        ]

        _ = try Self.setup(text(""), shared)
        for (members, environment, words) in [
            ("", [:], "access_key_id"), (#", "access_key_id": "A""#, shared, "secret_access_key"),
            (#", "secret_access_key": "hush""#, shared, "access_key_id"),
            (#", "access_key_id": "A", "secret_access_key": "hush""#, [:], "region"),
            (#", "access_key_id": "A", "secret_access_key": "hush", "region": "EU""#, [:], "'EU'"),
        ] as [(String, [String: String], String)] {
            let error = try #require(throws: Settings.Invalid.self) {
                try Self.setup(text(members), environment)
            }
            #expect(error.description.contains("/providers/aws-transcribe/"), "\(error)")
            #expect(error.description.contains(words) && !error.description.contains("hush"), "\(error)")
        }
    }

    @Test func `what cannot go together is refused`() throws {
        let both = Self.everything.replacing(
            #""functions": 20"#,
            with: #""functions": 20, "frames_per_function": 9"#
        )
        let keyless = #"{"providers": {"openai": {"kind": "openai", "model": "m"}}}"#

        let frames = try #require(throws: Settings.Invalid.self) { try Self.setup(both) }
        let key = try #require(throws: Settings.Invalid.self) { try Self.setup(keyless) }

        #expect(frames.description.contains("/providers/remotion/frames_per_function"))
        #expect(key.description.contains("/providers/openai/key (or REELGATE_OPENAI_API_KEY) is missing"))
    }

    @Test func `a run that asks for what is not set up is told what sets it up`() throws {
        let names = ProviderSetup.setUpBy

        #expect(Set(names.keys).isSuperset(of: [.transcription, .render, .editorial]))
        #expect(names[.transcription]?["assemblyai"]?.contains("set REELGATE_ASSEMBLYAI_KEY, or") == true)
        #expect(names[.render]?["remotion"]?.contains("REELGATE_REMOTION_FUNCTION") == true)
        #expect(names[.editorial]?["openai"]?.contains("REELGATE_OPENAI_MODEL") == true)
        for kind in ProviderKind.all where kind.work != .media {
            #expect(names.values.contains { $0[kind.name]?.contains("REELGATE_PROVIDERS_FILE") == true })
        }
    }
}
