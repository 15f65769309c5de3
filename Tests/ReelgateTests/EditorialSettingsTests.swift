import Editorial
import OutboundHTTP
import Providers
import Signatures
import Testing

@testable import reelgate

@Suite struct EditorialSettingsTests {
    private static func registry(_ environment: [String: String]) throws -> EditorialRegistry {
        try EditorialRegistry.configured(
            Settings(environment: environment),
            client: HTTPClient(policy: .publicOnly),
            meter: ProviderMeter()
        )
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
        #expect(openAI == "openai/local@http://127.0.0.1:11434/v1/\(PromptBook.version)")
    }

    @Test func `what is set is what is sent`() throws {
        let settings = try Settings(environment: [
            "REELGATE_ANTHROPIC_API_KEY": "sk-ant-1", "REELGATE_ANTHROPIC_VERSION": "2027-01-01",
            "REELGATE_ANTHROPIC_FORM": "tool", "REELGATE_OPENAI_MODEL": "m",
            "REELGATE_OPENAI_API_KEY": "sk-2",
            "REELGATE_OPENAI_API": "responses", "REELGATE_EDITORIAL_TOKENS_PER_RUN": "5000",
            "REELGATE_EDITORIAL_WINDOW_TOKENS": "2000",
        ])

        let anthropic = try #require(try settings.anthropic())
        #expect(
            anthropic.version == "2027-01-01" && anthropic.form == .tool
                && anthropic.key.reveal() == "sk-ant-1"
        )
        #expect(!"\(anthropic)".contains("sk-ant") && !String(reflecting: anthropic).contains("sk-ant"))
        let openAI = try #require(try settings.openAI())
        #expect(
            openAI.api == .responses && openAI.key?.reveal() == "sk-2"
                && openAI.url == OpenAISettings.urlDefault
        )
        let limits = try settings.hostedLimits()
        #expect(limits.tokensPerRun == 5_000 && limits.windowTokens == 2_000)
    }

    @Test(arguments: [
        ["REELGATE_EDITORIAL": "anthropic"], ["REELGATE_EDITORIAL": "nobody"], ["REELGATE_OPENAI_MODEL": "m"],
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
