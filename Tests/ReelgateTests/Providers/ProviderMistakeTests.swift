import Testing

@testable import reelgate

/// Whatever is wrong keeps the gateway from starting, and is told with its place and the way out.
@Suite struct ProviderMistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let file: String
        var environment: [String: String] = [:]
        /// Where it is, within the file or as a variable.
        let place: String
        let words: String

        var testDescription: String { "\(place) \(words)" }

        init(_ file: String, _ environment: [String: String] = [:], at place: String, says words: String) {
            (self.file, self.environment, self.place, self.words) = (file, environment, place, words)
        }

        /// In the file's providers.
        static func provider(_ text: String, at place: String, says words: String) -> Mistake {
            Mistake(#"{"providers": {\#(text)}}"#, at: "/providers/\(place)", says: words)
        }

        /// In the file's routes, with one provider of each work.
        static func route(_ text: String, at place: String, says words: String) -> Mistake {
            let providers =
                #""assemblyai": {"kind": "assemblyai", "key": "k"}, "shotstack": {"kind": "shotstack", "key": "k"}"#
            return Mistake(
                #"{"providers": {\#(providers)}, "routes": {\#(text)}}"#,
                at: "/routes/\(place)",
                says: words
            )
        }
    }

    private static let inFile: [Mistake] = [
        .provider(#""x": {"kind": "whisperer"}"#, at: "x/kind", says: "it must be one of assemblyai"),
        .provider(#""x": {"key": "k"}"#, at: "x/kind", says: "must say what it is"),
        .provider(#""x": {"kind": 7}"#, at: "x/kind", says: "must say what it is"),
        .provider(#""x": []"#, at: "x", says: "must be an object, not an array"),
        .provider(#""X Y": {"kind": "deepgram"}"#, at: "X Y", says: "is no name of a provider"),
        .provider(#""embedded": {"kind": "deepgram"}"#, at: "embedded", says: "is no name of a provider"),
        .provider(#""revai": {"kind": "deepgram", "key": "k"}"#, at: "revai", says: "call it otherwise"),
        .provider(#""w": {"kind": "worker"}"#, at: "w", says: "must be called 'worker'"),
        .provider(#""x": {"kind": "deepgram"}"#, at: "x/key", says: "is missing"),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "modle": "m"}"#,
            at: "x/modle",
            says: "it may have key, url, model"
        ),
        .provider(#""x": {"kind": "deepgram", "key": 7}"#, at: "x/key", says: #"{"env": "NAME"}"#),
        .provider(#""x": {"kind": "deepgram", "key": "hush hush"}"#, at: "x/key", says: "has a blank"),
        .provider(#""x": {"kind": "deepgram", "key": ""}"#, at: "x/key", says: "has nothing in it"),
        .provider(
            #""x": {"kind": "deepgram", "key": {"env": "NOT_THERE"}}"#,
            at: "x/key",
            says: "'NOT_THERE'"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": {"file": "gone"}}"#,
            at: "x/key",
            says: "cannot be read"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": {"vault": "a"}}"#,
            at: "x/key",
            says: #""env" or "file""#
        ),
        .provider(#""x": {"kind": "deepgram", "key": {}}"#, at: "x/key", says: "must be text"),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "delivery": "pigeon"}"#,
            at: "x/delivery",
            says: "callback or answer"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "concurrency": 0}"#,
            at: "x/concurrency",
            says: "from 1 to 10000"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "concurrency": "5"}"#,
            at: "x/concurrency",
            says: "not a string"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "concurrency": 1.5}"#,
            at: "x/concurrency",
            says: "whole"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "renders_per_day": 5}"#,
            at: "x/renders_per_day",
            says: "is no member"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "speakers": "yes"}"#,
            at: "x/speakers",
            says: "true or false"
        ),
        .provider(#""x": {"kind": "deepgram", "key": "k", "model": null}"#, at: "x/model", says: "not null"),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "url": "ftp://a"}"#,
            at: "x/url",
            says: "http or https"
        ),
        .provider(
            #""x": {"kind": "deepgram", "key": "k", "url": "https://u:p@a"}"#,
            at: "x/url",
            says: "http or https"
        ),
        .provider(
            #""x": {"kind": "assemblyai", "key": "k", "models": []}"#,
            at: "x/models",
            says: "nothing in it"
        ),
        .provider(
            #""x": {"kind": "assemblyai", "key": "k", "models": ["a", 1]}"#,
            at: "x/models",
            says: "only have texts"
        ),
        .provider(
            #""x": {"kind": "creatomate", "key": "k", "templates": {"4:5": "t"}}"#,
            at: "x/templates",
            says: "may name 9:16, 1:1, 16:9"
        ),
        .provider(
            #""x": {"kind": "shotstack", "key": "k", "concessions": ["sound"]}"#,
            at: "x/concessions",
            says: "may have gain, emphasis, stack, animation, branding"
        ),
        .provider(
            #""x": {"kind": "render-hook", "url": "https://a", "secret": "short"}"#,
            at: "x/secret",
            says: "16 characters"
        ),
    ]

    private static let inRoutes: [Mistake] = [
        .route(#""transcribe": "deepgram""#, at: "transcribe", says: "set REELGATE_DEEPGRAM_KEY"),
        .route(#""transcribe": "shotstack""#, at: "transcribe", says: "there is assemblyai, worker"),
        .route(#""transcribe": []"#, at: "transcribe", says: "leads to nobody"),
        .route(#""transcribe": ["worker", "worker"]"#, at: "transcribe", says: "each provider once"),
        .route(#""transcribe": [1]"#, at: "transcribe", says: "names of providers"),
        .route(#""transcribe": {}"#, at: "transcribe", says: "a list of names, not an object"),
        .route(
            #""languages": {"*": "worker"}"#,
            at: "languages/*",
            says: "/routes/transcribe is for any other"
        ),
        .route(#""languages": {"de": "nobody"}"#, at: "languages/de", says: "is not set up"),
        .route(
            #""languages": {"DE": "worker", "de": "worker"}"#,
            at: "languages/de",
            says: "the same language as 'DE'"
        ),
        .route(#""languages": ["de"]"#, at: "languages", says: "must be an object"),
        .route(#""render": "assemblyai""#, at: "render", says: "there is shotstack, worker"),
        .route(#""render": ["shotstack"]"#, at: "render", says: "not an array"),
        .route(#""frame": "shotstack""#, at: "frame", says: "there is worker"),
        .route(#""editorial": "worker""#, at: "editorial", says: "there is embedded"),
        .route(#""thumbnails": "worker""#, at: "thumbnails", says: "is no route"),
    ]

    @Test(arguments: inFile + inRoutes) func `a mistake in the file is told with its place`(
        mistake: Mistake
    ) throws {
        let folder = try ProviderFolder(mistake.file)
        defer { folder.remove() }

        let error = try #require(throws: Settings.Invalid.self) { try folder.read(mistake.environment) }

        #expect(error.description.contains("\(folder.file): \(mistake.place)"), "\(error)")
        #expect(error.description.contains(mistake.words), "\(error)")
        #expect(!error.description.contains("hush"))
    }

    @Test(arguments: [
        ("[]", "must be an object"), ("{", "is no JSON"), (#"{"provider": {}}"#, "it may have providers"),
        (#"{"providers": []}"#, "an object at /providers"), (#"{"routes": 1}"#, "an object at /routes"),
        (#"{"providers": {"a": {}, "a": {}}}"#, "a member twice: /providers/a"),
    ]) func `a file of another form is told by its name`(text: String, words: String) throws {
        let folder = try ProviderFolder(text)
        defer { folder.remove() }

        let error = try #require(throws: Settings.Invalid.self) { try folder.read() }

        #expect(error.description.contains(folder.file) && error.description.contains(words), "\(error)")
    }

    @Test(arguments: [
        (["REELGATE_DEEPGRAM_MODEL": "m"], "REELGATE_DEEPGRAM_KEY is missing"),
        (["REELGATE_DEEPGRAM_KYE": "k"], "REELGATE_DEEPGRAM_KYE is no setting of provider 'deepgram'"),
        (["REELGATE_OPENAI_AUDIO_KYE": "k"], "of provider 'openai-audio'"),
        (["REELGATE_REVAI_KEY": "hush hush"], "REELGATE_REVAI_KEY has a blank"),
        (
            ["REELGATE_REVAI_KEY": "k", "REELGATE_REVAI_SPEAKERS": "some"],
            "REELGATE_REVAI_SPEAKERS must be true"
        ),
        (
            ["REELGATE_REVAI_KEY": "k", "REELGATE_REVAI_CONCURRENCY": "many"],
            "REELGATE_REVAI_CONCURRENCY must be a"
        ),
        (
            ["REELGATE_CREATOMATE_KEY": "k", "REELGATE_CREATOMATE_TEMPLATES": "t"],
            "TEMPLATES must be name=text"
        ),
        (["REELGATE_CREATOMATE_KEY": "k", "REELGATE_CREATOMATE_TEMPLATES": "1:1=a,1:1=b"], "twice"),
        (["REELGATE_ROUTE_RENDER": "creatomate"], "REELGATE_ROUTE_RENDER leads to 'creatomate'"),
        (["REELGATE_ROUTE_TRANSCRIBE": "worker,,worker"], "REELGATE_ROUTE_TRANSCRIBE must have each"),
        (["REELGATE_ROUTE_LANGUAGES": "german=worker"], "de=deepgram worker"),
        (["REELGATE_ROUTE_LANGUAGES": "pt-BR=worker,PT-br=worker"], "each language once"),
        (["REELGATE_EDITORIAL": "anthropic"], "set REELGATE_ANTHROPIC_API_KEY"),
        (["REELGATE_PROVIDERS_FILE": "/nowhere/providers.json"], "'/nowhere/providers.json' cannot be read"),
    ]) func `a mistake in the environment is told by the variable`(
        environment: [String: String],
        words: String
    ) throws {
        let error = try #require(throws: Settings.Invalid.self) {
            try ProviderSettings(Settings(environment: environment))
        }

        #expect(error.description.contains(words), "\(error)")
        #expect(!error.description.contains("hush"))
    }

    @Test func `a name that makes a variable of a setting's is refused`() throws {
        let remotion =
            #""kind": "remotion", "function": "f", "serve_url": "https://a.example", "bucket": "b""#
        let folder = try ProviderFolder(#"{"providers": {"s3": {\#(remotion), "region": "eu-west-1"}}}"#)
        defer { folder.remove() }

        let error = try #require(throws: Settings.Invalid.self) { try folder.read() }

        #expect(
            error.description.contains("shares the variable REELGATE_S3_ENDPOINT with a setting"),
            "\(error)"
        )
    }

    @Test(arguments: [
        ("providers:\n  a: hush\n  a: hush\n", "a member twice near line"),
        ("providers: [hush\n", "is no YAML at line"),
        ("- hush\n", "must be an object"),
        ("providers: {a: {kind: deepgram, key: 12}}", "/providers/a/key must be text"),
    ]) func `a mistake in YAML is told as one in JSON is, without the line that has it`(
        text: String,
        words: String
    ) throws {
        let folder = try ProviderFolder()
        defer { folder.remove() }
        try folder.write(text, to: "providers.yaml")

        let error = try #require(throws: Settings.Invalid.self) {
            try folder.read(["REELGATE_PROVIDERS_FILE": "\(folder.path)/providers.yaml"])
        }

        #expect(error.description.contains(words) && !error.description.contains("hush"), "\(error)")
    }

    @Test func `all mistakes are told at once`() throws {
        let folder = try ProviderFolder(
            #"{"providers": {"a": {"kind": "deepgram"}, "b": {"kind": "what"}, "c": {"kind": "revai", "key": 1}}}"#
        )
        defer { folder.remove() }

        let error = try #require(throws: Settings.Invalid.self) {
            try folder.read(["REELGATE_SHOTSTACK_KYE": "k"])
        }

        #expect(error.description.split(separator: "\n").count == 4, "\(error)")
    }
}
