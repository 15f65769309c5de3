import Contracts
import Testing

@Suite struct SignatureVectorTests {
    @Test func `the vectors hold every kind of case, each with its name`() throws {
        let vectors = try ContractFiles.json("webhooks/signatures/vectors.json")

        for group in ["signing", "verification", "secrets"] {
            let names = (vectors[group]?.array ?? []).compactMap { $0["name"]?.string }
            #expect(!names.isEmpty && Set(names).count == names.count, "\(group)")
        }
        let verdicts = Set((vectors["verification"]?.array ?? []).compactMap { $0["verdict"]?.string })
        #expect(verdicts.count >= 2)
    }

    @Test func `the signature tests run these vectors and no copy of them`() throws {
        let source = try ContractFiles.text("Tests/SignaturesTests/SignatureVectors.swift")

        #expect(source.contains("webhooks/signatures/vectors.json"))
    }
}
