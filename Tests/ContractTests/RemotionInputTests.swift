import Contracts
import Foundation
import Testing

/// What is special about the input of a Remotion composition, beside what holds for every contract.
@Suite struct RemotionInputTests {
    private func problems(_ change: (inout RemotionInput) -> Void) throws -> [String] {
        var input = try WireJSON.decode(
            RemotionInput.self,
            from: ContractFiles.data("contracts/examples/remotion-input.json")
        )
        change(&input)
        return try SchemaChecker(path: "contracts/remotion-input.schema.json")
            .problems(JSONValue(WireJSON.encode(input)))
    }

    @Test func `a render makes one canvas`() throws {
        #expect(try problems { _ in } == [])
        #expect(
            try problems { $0.short.canvases += $0.short.canvases } == ["/short/canvases: breaks 'maxItems'"]
        )
        #expect(try problems { $0.short.canvases = [] } == ["/short/canvases: breaks 'minItems'"])
    }

    @Test func `a composition that cannot cut sees by the version that it has to`() throws {
        let tightened = try WireJSON.decode(
            RemotionInput.self,
            from: ContractFiles.data("contracts/examples/remotion-input-tightened.json")
        )
        let again = RemotionInput(clipUrl: "", images: [], short: tightened.short)

        #expect(tightened.version == 2 && again.version == 2)
        #expect(try problems { $0.version = 3 } != [])
    }

    @Test func `the short is the one of the artifact`() throws {
        let composition = try WireJSON.decode(
            Composition.self,
            from: ContractFiles.data("contracts/examples/artifacts/composition.json")
        )
        var short = composition.shorts[0]
        short.canvases = [short.canvases[0]]
        let input = try WireJSON.decode(
            RemotionInput.self,
            from: ContractFiles.data("contracts/examples/remotion-input.json")
        )

        #expect(input.version == 2)
        var plain = short
        (plain.keptRangesMs, plain.branding) = (nil, nil)
        #expect(RemotionInput(clipUrl: "", images: [], short: plain).version == 1)
        plain.canvases[0].shots[0].layout = .stacked
        #expect(RemotionInput(clipUrl: "", images: [], short: plain).version == 2)
        let pictures = short.assets.filter { $0.kind == .picture }.map(\.sha256)
        #expect(input.short == short && input.images.map(\.assetSha256) == pictures)
    }
}
