import Contracts
import Testing

@Suite struct SignatureVectorTests {
    @Test func `the vectors hold every kind of case, each with its name`() throws {
        let vectors = try ContractFiles.json("webhooks/signatures/vectors.json")

        for group in ["signing", "verification", "keys", "inbound"] {
            let names = (vectors[group]?.array ?? []).compactMap { $0["name"]?.string }
            #expect(!names.isEmpty && Set(names).count == names.count, "\(group)")
        }
        // Somebody else's client reads them without knowing this project.
        for vector in vectors["verification"]?.array ?? [] {
            for member in ["keys", "headers", "body", "now", "tolerance_seconds", "verdict"] {
                #expect(vector[member] != nil, "\(vector["name"]?.string ?? ""): \(member)")
            }
            #expect((vector["reason"] != nil) == (vector["verdict"]?.string == "refused"))
        }
        let verdicts = Set((vectors["verification"]?.array ?? []).compactMap { $0["verdict"]?.string })
        #expect(verdicts.count >= 2)
    }

    @Test func `the signature tests run these vectors and no copy of them`() throws {
        let source = try ContractFiles.text("Tests/SignaturesTests/SignatureVectors.swift")

        #expect(source.contains("webhooks/signatures/vectors.json"))
    }
}
