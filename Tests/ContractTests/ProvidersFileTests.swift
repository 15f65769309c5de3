import Foundation
import Testing

@testable import reelgate

/// The schema of the providers file says what the reader takes, and no more.
@Suite struct ProvidersFileTests {
    private static let schema = "contracts/providers-file.schema.json"
    private static let example = "contracts/examples/providers-file.json"
    /// The variables that the example points at.
    private static let environment = [
        "ASSEMBLYAI_KEY": "k", "SPEECHMATICS_KEY": "k", "REVAI_TOKEN": "k", "TRANSCRIBE_SECRET": "k",
        "REMOTION_SECRET": "k", "SHOTSTACK_KEY": "k", "CREATOMATE_KEY": "k", "ANTHROPIC_KEY": "k",
        "RENDER_HOOK_SECRET": "sixteen or more!", "REKOGNITION_SECRET": "k",
        "VISION_SIGNING_KEY": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "VISION_CALLBACK_KEY": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ]

    private static func definition(_ kind: String) throws -> JSONValue {
        try #require(try ContractFiles.json(schema)["$defs"]?[kind], "there is no '\(kind)'")
    }

    private func problems(_ text: String) throws -> [String] {
        try SchemaChecker(path: Self.schema).problems(JSONValue(Data(text.utf8)))
    }

    private func read(_ text: String) throws -> ProviderSettings {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reelgate-file-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "secrets"),
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("k\n".utf8).write(to: folder.appending(path: "secrets/deepgram.key"))
        let file = folder.appending(path: "providers.json")
        try Data(text.utf8).write(to: file)
        let variables = Self.environment.merging(["REELGATE_PROVIDERS_FILE": file.path]) { $1 }
        return try ProviderSettings(Settings(environment: variables))
    }

    @Test func `the example is what the schema says, and the reader takes it`() throws {
        let text = try ContractFiles.text(Self.example)

        #expect(try problems(text) == [])
        let providers = try read(text)
        let kinds = Set(providers.entries.map(\.kind.name))
        #expect(kinds.union(["worker"]) == Set(ProviderKind.all.map(\.name)))
        #expect(providers.routes.languages.count == 2)
    }

    @Test func `every kind has a definition, and there are no others`() throws {
        let document = try ContractFiles.json(Self.schema)
        let choices = document["properties"]?["providers"]?["additionalProperties"]?["oneOf"]?.array ?? []

        #expect(
            choices.compactMap { $0["$ref"]?.string?.split(separator: "/").last.map(String.init) }.sorted()
                == ProviderKind.all.map(\.name).sorted()
        )
    }

    @Test(arguments: ProviderKind.all.map(\.name)) func `a kind has the members that the reader knows`(
        name: String
    ) throws {
        let kind = try #require(ProviderKind.named(name))
        let definition = try Self.definition(name)
        let properties = try #require(definition["properties"]?.object)

        #expect(Set(properties.keys) == Set(kind.members.map(\.name) + ["kind"]))
        #expect(properties["kind"]?["const"]?.string == name)
        #expect(definition["additionalProperties"] == .bool(false))
        let needed = kind.members.filter(\.isNeeded).map(\.name) + ["kind"]
        #expect(Set(definition["required"]?.array?.compactMap(\.string) ?? []) == Set(needed))
        for member in kind.members {
            let property = try #require(properties[member.name])
            #expect(property["description"]?.string?.isEmpty == false)
            check(member, property)
        }
    }

    private func check(_ member: ProviderMember, _ property: JSONValue) {
        switch member.form {
        case .text, .word: #expect(property["type"] == .string("string"), "\(member.name)")
        case .choice(let words):
            #expect(property["enum"]?.array?.compactMap(\.string) == words, "\(member.name)")
        case .secret: #expect(property["$ref"] == .string("#/$defs/secret"), "\(member.name)")
        case .address: #expect(property["$ref"] == .string("#/$defs/address"), "\(member.name)")
        case .flag: #expect(property["type"] == .string("boolean"), "\(member.name)")
        case .number(let range):
            #expect(property["type"] == .string("integer"), "\(member.name)")
            #expect(property["minimum"] == .number(Double(range.lowerBound)), "\(member.name)")
            #expect(property["maximum"] == .number(Double(range.upperBound)), "\(member.name)")
        case .list(let words):
            #expect(property["type"] == .string("array"), "\(member.name)")
            #expect(property["items"]?["enum"]?.array?.compactMap(\.string) == words, "\(member.name)")
        case .pairs(let names):
            #expect(property["type"] == .string("object"), "\(member.name)")
            let known = property["properties"]?.object?.keys.sorted()
            #expect(known == names?.sorted(), "\(member.name)")
        }
    }

    @Test(arguments: [
        #"{"surprise": 1}"#, #"{"providers": {"a": {"kind": "unheard-of"}}}"#,
        #"{"providers": {"a": {"key": "k"}}}"#,
        #"{"providers": {"a": {"kind": "deepgram"}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": "k", "surprise": 1}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": {"vault": "a"}}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": "k", "concurrency": 0}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": "k", "concurrency": "5"}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": "k", "delivery": "pigeon"}}}"#,
        #"{"providers": {"a": {"kind": "deepgram", "key": "k", "renders_per_day": 5}}}"#,
        #"{"providers": {"a": {"kind": "creatomate", "key": "k", "templates": {"4:5": "t"}}}}"#,
        #"{"routes": {"thumbnails": "worker"}}"#, #"{"routes": {"transcribe": []}}"#,
        #"{"routes": {"transcribe": ["worker", "worker"]}}"#, #"{"routes": {"render": ["worker"]}}"#,
        #"{"routes": {"languages": ["de"]}}"#,
    ]) func `what the schema refuses, the reader refuses`(text: String) throws {
        #expect(try !problems(text).isEmpty)
        #expect(throws: Settings.Invalid.self) { try read(text) }
    }

    @Test(arguments: [
        "{}", #"{"$schema": "x", "providers": {}, "routes": {}}"#,
        #"{"routes": {"transcribe": "worker", "languages": {"de": ["worker"]}, "frame": "worker"}}"#,
        #"{"providers": {"a": {"kind": "revai", "key": {"env": "REVAI_TOKEN"}, "speakers": false}}}"#,
    ]) func `what the schema takes, the reader takes`(text: String) throws {
        #expect(try problems(text) == [])
        _ = try read(text)
    }
}
