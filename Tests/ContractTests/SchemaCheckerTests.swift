import Testing

@Suite struct SchemaCheckerTests {
    private func problems(plan change: (inout [String: JSONValue]) -> Void) throws -> [String] {
        var plan = try #require(try ContractFiles.json("contracts/examples/artifacts/plan.json").object)
        var moment = try #require(plan["moments"]?.array?.first?.object)
        change(&moment)
        plan["moments"] = .array([.object(moment)])
        return try SchemaChecker(path: "contracts/artifacts/plan.schema.json").problems(.object(plan))
    }

    @Test func `wrong values are found where they stand`() throws {
        #expect(try problems { $0["score"] = .number(101) } == ["/moments/0/score: breaks 'maximum'"])
        #expect(try problems { $0["rank"] = .number(1.5) } == ["/moments/0/rank: breaks 'type'"])
        #expect(try problems { $0["rank"] = .number(0) } == ["/moments/0/rank: breaks 'minimum'"])
        #expect(try problems { $0["clip"] = .string("../1") } == ["/moments/0/clip: breaks 'pattern'"])
        #expect(try problems { $0["title"] = .string("") } == ["/moments/0/title: breaks 'minLength'"])
        #expect(try problems { $0["reason"] = nil } == ["/moments/0: lacks 'reason'"])
        #expect(
            try problems { $0["subscores"] = .object([:]) }.sorted()
                == ["energy", "hook", "shareability", "standalone", "value"]
                .map { "/moments/0/subscores: lacks '\($0)'" }
        )
    }

    @Test func `an empty list of moments breaks the plan's contract`() throws {
        var plan = try #require(try ContractFiles.json("contracts/examples/artifacts/plan.json").object)
        plan["moments"] = .array([])
        plan["version"] = .number(2)

        let problems = try SchemaChecker(path: "contracts/artifacts/plan.schema.json").problems(.object(plan))

        #expect(problems.sorted() == ["/moments: breaks 'minItems'", "/version: breaks 'const'"])
    }
}
