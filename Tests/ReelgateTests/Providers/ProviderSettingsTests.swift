import Contracts
import Foundation
import Pipeline
import Signatures
import Testing

@testable import reelgate

@Suite struct ProviderSettingsTests {
    private static func text(_ providers: String, routes: String = "{}") -> String {
        #"{"providers": \#(providers), "routes": \#(routes)}"#
    }

    @Test func `a gateway as it comes has no providers but its own`() throws {
        let providers = try ProviderSettings(Settings(environment: [:]))

        #expect(providers.entries.isEmpty && providers.routes == ProviderRoutes())
    }

    @Test func `several providers of one kind have names, keys and limits of their own`() throws {
        let folder = try ProviderFolder(
            Self.text(
                """
                {"deepgram": {"kind": "deepgram", "key": "k-us", "concurrency": 3},
                 "deepgram-eu": {"kind": "deepgram", "key": "k-eu", "url": "https://api.eu.deepgram.com/",
                                 "speakers": false, "minutes_per_day": 60}}
                """
            )
        )
        defer { folder.remove() }

        let entries = try folder.read().entries

        #expect(entries.map(\.name) == ["deepgram", "deepgram-eu"])
        #expect(entries.allSatisfy { $0.kind.name == "deepgram" })
        #expect(entries.map { $0.values.secret("key")?.reveal() } == ["k-us", "k-eu"])
        #expect(entries[0].values.limits == ProviderLimits(concurrency: 3))
        #expect(entries[1].values.limits == ProviderLimits(minutesPerDay: 60))
        #expect(entries[1].values.text("url") == "https://api.eu.deepgram.com")
        #expect(entries[1].values.flag("speakers") == false)
    }

    @Test func `a variable wins over the file, member by member, under each provider's own name`() throws {
        let folder = try ProviderFolder(
            Self.text(
                """
                {"assemblyai": {"kind": "assemblyai", "key": "from-file", "models": ["a", "b"]},
                 "deepgram-eu": {"kind": "deepgram", "model": "nova-2"},
                 "pictures": {"kind": "creatomate", "key": "k"}}
                """
            )
        )
        defer { folder.remove() }

        let entries = try folder.read([
            "REELGATE_ASSEMBLYAI_KEY": "from-env", "REELGATE_DEEPGRAM_EU_KEY": "eu",
            "REELGATE_DEEPGRAM_EU_SPEAKERS": "no", "REELGATE_PICTURES_CONCURRENCY": "7",
            "REELGATE_PICTURES_TEMPLATES": "9:16=t1, 1:1=t2", "REELGATE_PICTURES_FONTS": "Inter, Bebas Neue",
        ]).entries

        let values = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.values) })
        #expect(values["assemblyai"]?.secret("key")?.reveal() == "from-env")
        #expect(values["assemblyai"]?.list("models") == ["a", "b"])
        #expect(values["deepgram-eu"]?.secret("key")?.reveal() == "eu")
        #expect(values["deepgram-eu"]?.flag("speakers") == false)
        #expect(values["pictures"]?.limits == ProviderLimits(concurrency: 7))
        #expect(values["pictures"]?.pairs("templates") == ["9:16": "t1", "1:1": "t2"])
        #expect(values["pictures"]?.list("fonts") == ["Inter", "Bebas Neue"])
    }

    @Test func `variables alone set up what has the name of its kind`() throws {
        let providers = try ProviderSettings(
            Settings(environment: [
                "REELGATE_REVAI_KEY": "t", "REELGATE_OPENAI_AUDIO_KEY": "k",
                "REELGATE_OPENAI_AUDIO_MODEL": "whisper-large", "REELGATE_ANTHROPIC_API_KEY": "sk",
                "REELGATE_RENDER_HOOK_URL": "https://r.example/",
                "REELGATE_RENDER_HOOK_SECRET": "sixteen or more!",
            ])
        )

        #expect(providers.entries.map(\.name) == ["anthropic", "openai-audio", "render-hook", "revai"])
        #expect(providers.entries[1].values.text("model") == "whisper-large")
    }

    @Test func `a configuration file of settings may hold the same variables`() throws {
        let folder = try ProviderFolder()
        defer { folder.remove() }
        try folder.write("REELGATE_SHOTSTACK_KEY = k\n", to: "settings")

        let settings = try Settings(environment: ["REELGATE_CONFIG_FILE": "\(folder.path)/settings"])

        #expect(try ProviderSettings(settings).entries.map(\.name) == ["shotstack"])
    }

    @Test func `the file may be YAML`() throws {
        let folder = try ProviderFolder()
        defer { folder.remove() }
        let text = """
            # who does what
            providers:
              speech-eu:
                kind: deepgram
                key: {env: DG}
                speakers: false
                concurrency: 3
            routes:
              transcribe: [speech-eu, worker]
            """
        try folder.write(text, to: "providers.yml")

        let providers = try folder.read([
            "REELGATE_PROVIDERS_FILE": "\(folder.path)/providers.yml", "DG": "from-a-variable",
        ])

        let values = try #require(providers.entries.first?.values)
        #expect(values.provider == "speech-eu" && values.secret("key")?.reveal() == "from-a-variable")
        #expect(values.flag("speakers") == false && values.limits == ProviderLimits(concurrency: 3))
        #expect(providers.routes.transcribe == ["speech-eu", "worker"])
    }

    @Test func `secrets are read from variables and files, which lie beside the providers file`() throws {
        let folder = try ProviderFolder(
            Self.text(
                """
                {"assemblyai": {"kind": "assemblyai", "key": {"env": "AAI"}},
                 "revai": {"kind": "revai", "key": {"file": "rev.key"}}}
                """
            )
        )
        defer { folder.remove() }
        try folder.write("from-a-file\n", to: "rev.key")

        let entries = try folder.read(["AAI": "from-a-variable"]).entries

        #expect(entries.map { $0.values.secret("key")?.reveal() } == ["from-a-variable", "from-a-file"])
    }

    @Test func `routes lead to providers that do the work, by language and without one`() throws {
        let folder = try ProviderFolder(
            Self.text(
                """
                {"assemblyai": {"kind": "assemblyai", "key": "k"}, "revai": {"kind": "revai", "key": "k"},
                 "shotstack": {"kind": "shotstack", "key": "k"}, "anthropic": {"kind": "anthropic", "key": "k"}}
                """,
                routes: """
                    {"transcribe": ["assemblyai", "worker"], "languages": {"de": "revai", "pt-BR": ["revai", "worker"]},
                     "frame": "worker", "render": "shotstack", "editorial": "anthropic"}
                    """
            )
        )
        defer { folder.remove() }

        let routes = try folder.read().routes

        #expect(routes.transcribe == ["assemblyai", "worker"])
        #expect(
            routes.transcriptionByLanguage == [
                "de": ["revai"], "pt-BR": ["revai", "worker"], "*": ["assemblyai", "worker"],
            ]
        )
        #expect(routes.frame == "worker" && routes.render == "shotstack" && routes.editorial == "anthropic")
        let over = try folder.read([
            "REELGATE_ROUTE_TRANSCRIBE": "revai, worker",
            "REELGATE_ROUTE_LANGUAGES": "fr=assemblyai worker,de=revai",
            "REELGATE_ROUTE_RENDER": "worker", "REELGATE_EDITORIAL": "embedded",
        ]).routes
        #expect(over.transcribe == ["revai", "worker"])
        #expect(over.languages == ["fr": ["assemblyai", "worker"], "de": ["revai"]])
        #expect(over.render == "worker" && over.editorial == "embedded")
    }

    @Test func `the worker of the file is the one of the settings, unless a variable names another`() throws {
        let folder = try ProviderFolder(
            Self.text(
                #"{"worker": {"kind": "worker", "url": "http://10.0.0.1:1", "secret": "whsec_c2VjcmV0"}}"#
            )
        )
        defer { folder.remove() }

        func adopted(_ environment: [String: String]) throws -> Settings {
            var settings = try folder.settings(environment)
            settings.adopt(try ProviderSettings(settings))
            return settings
        }

        let plain = try adopted([:])
        #expect(plain[.workerURL] == "http://10.0.0.1:1" && plain[.workerSecret] == "whsec_c2VjcmV0")
        #expect(try adopted(["REELGATE_WORKER_URL": "http://10.0.0.2:1"])[.workerURL] == "http://10.0.0.2:1")
    }

    @Test func `no secret is in what config prints, nor in the values themselves`() throws {
        let folder = try ProviderFolder(
            Self.text(
                """
                {"assemblyai": {"kind": "assemblyai", "key": "hush-1"},
                 "aws-transcribe": {"kind": "aws-transcribe", "region": "eu-west-1", "access_key_id": "AKID",
                                    "secret_access_key": "hush-2", "callback_secret": "hush-3 hush-3 hush-3"}}
                """
            )
        )
        defer { folder.remove() }
        let settings = try folder.settings([
            "REELGATE_OPENAI_API_KEY": "hush-4", "REELGATE_OPENAI_MODEL": "m",
        ])
        let providers = try ProviderSettings(settings)

        let printed = ConfigCommand.lines(settings) + ConfigCommand.lines(providers)

        #expect(
            printed.contains { $0.contains("provider assemblyai (assemblyai)") && $0.contains("(hidden)") }
        )
        #expect(printed.contains { $0.hasPrefix("REELGATE_OPENAI_API_KEY = (hidden) [environment]") })
        let all = printed.joined() + "\(providers)" + String(reflecting: providers.entries.map(\.values))
        #expect(!all.contains("hush"))
    }

    @Test func `every variable of a provider is a setting with a name of its own`() {
        let names = ProviderKind.all.flatMap { kind in
            kind.members.map { ProviderKind.variable($0, of: kind.name) }
        }

        #expect(Set(names).count == names.count)
        #expect(Set(names).isSubset(of: Set(Setting.all.map(\.name))))
        #expect(Set(ProviderKind.all.map(\.name)).count == ProviderKind.all.count)
    }
}
