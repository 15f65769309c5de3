import Editorial
import Providers
import Signatures
import Testing

@testable import reelgate

@Suite struct EditorialSettingsTests {
    private static func registry(_ environment: [String: String]) throws -> EditorialRegistry {
        let settings = try Settings(environment: environment)
        return try ProviderSetup(ProviderSettings(settings), .bench(settings)).editorial
    }

    @Test func `a gateway as it comes has its own scorer only`() throws {
        let registry = try Self.registry([:])
        #expect(registry.names == ["embedded"] && registry.standard == "embedded" && registry.hosted == [])
    }

    @Test func `keys and models set up what runs may choose, and may be the standard`() throws {
        let registry = try Self.registry([
            "REELGATE_ANTHROPIC_API_KEY": "sk-ant-1", "REELGATE_ANTHROPIC_MODEL": "claude-x",
            "REELGATE_OPENAI_MODEL": "local", "REELGATE_OPENAI_URL": "http://127.0.0.1:11434/v1/",
            "REELGATE_EDITORIAL": "anthropic",
        ])

        #expect(
            registry.names == ["embedded", "anthropic", "openai"]
                && registry.hosted == ["anthropic", "openai"]
        )
        let anthropic = try registry.model(named: nil).identity
        #expect(anthropic == "anthropic/claude-x/\(PromptBook.version)")
        let openAI = try registry.model(named: "openai").identity
        #expect(openAI.hasPrefix("openai/local@own-") && !openAI.contains("127.0.0.1"))
    }

    @Test func `what is set is what is read`() throws {
        let settings = try Settings(environment: [
            "REELGATE_ANTHROPIC_API_KEY": "sk-ant-1", "REELGATE_ANTHROPIC_VERSION": "2027-01-01",
            "REELGATE_ANTHROPIC_FORM": "tool", "REELGATE_OPENAI_MODEL": "m",
            "REELGATE_OPENAI_API_KEY": "sk-2",
            "REELGATE_OPENAI_API": "responses", "REELGATE_EDITORIAL_TOKENS_PER_RUN": "5000",
            "REELGATE_EDITORIAL_WINDOW_TOKENS": "2000", "REELGATE_OPENAI_WINDOW_TOKENS": "3000",
        ])

        let entries = try ProviderSettings(settings).entries
        let (anthropic, openAI) = (entries[0].values, entries[1].values)
        #expect(
            anthropic.text("version") == "2027-01-01" && anthropic.text("form") == "tool"
                && anthropic.secret("key")?.reveal() == "sk-ant-1"
        )
        #expect(!"\(anthropic)".contains("sk-ant") && !String(reflecting: anthropic).contains("sk-ant"))
        #expect(openAI.text("api") == "responses" && openAI.secret("key")?.reveal() == "sk-2")
        let limits = try settings.hostedLimits()
        #expect(limits.tokensPerRun == 5_000 && limits.windowTokens == 2_000)
        guard case .model(_, let own) = try entries[1].kind.make(openAI, .bench(settings)) else {
            Issue.record("openai makes no model")
            return
        }
        #expect(own.tokensPerRun == 5_000 && own.windowTokens == 3_000)
    }

    @Test(arguments: [
        ["REELGATE_EDITORIAL": "anthropic"], ["REELGATE_EDITORIAL": "nobody"], ["REELGATE_OPENAI_MODEL": "m"],
        ["REELGATE_OPENAI_API_KEY": "k"], ["REELGATE_ANTHROPIC_MODEL": "m"],
        ["REELGATE_ANTHROPIC_API_KEY": "two words"], ["REELGATE_ANTHROPIC_API_KEY": "a\nb"],
        ["REELGATE_ANTHROPIC_API_KEY": "k", "REELGATE_ANTHROPIC_URL": "ftp://a"],
        ["REELGATE_ANTHROPIC_API_KEY": "k", "REELGATE_ANTHROPIC_URL": "https://u:p@a"],
        ["REELGATE_ANTHROPIC_API_KEY": "k", "REELGATE_ANTHROPIC_FORM": "json"],
        ["REELGATE_OPENAI_MODEL": "m", "REELGATE_OPENAI_API_KEY": "k", "REELGATE_OPENAI_API": "both"],
        ["REELGATE_EDITORIAL_TOKENS_PER_RUN": "0"], ["REELGATE_EDITORIAL_WINDOW_TOKENS": "many"],
    ])
    func `what cannot be used is refused before anything starts`(environment: [String: String]) {
        #expect(throws: Settings.Invalid.self) { _ = try Self.registry(environment) }
    }
}
