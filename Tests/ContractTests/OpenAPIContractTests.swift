import Contracts
import Foundation
import Pipeline
import Testing

@Suite struct OpenAPIContractTests {
    @Test func `every document is OpenAPI 3.1 whose references lead somewhere`() throws {
        let documents = try OpenAPIDocument.all()

        #expect(documents.map(\.name).contains("openapi"))
        for document in documents {
            #expect(document.json["openapi"]?.string == "3.1.0")
            let checker = SchemaChecker(openAPI: document.json)
            for reference in document.references {
                #expect(throws: Never.self, "\(document.name): \(reference)") {
                    _ = try checker.resolve(reference)
                }
            }
        }
    }

    @Test func `every operation has a name of its own, a summary and answers`() throws {
        for document in try OpenAPIDocument.all() {
            let operations = document.operations
            let names = operations.values.compactMap { $0["operationId"]?.string }

            #expect(Set(names).count == operations.count, "\(document.name)")
            for (route, operation) in operations {
                #expect(operation["summary"]?.string?.isEmpty == false, "\(route)")
                let answers = operation["responses"]?.object ?? [:]
                #expect(answers.keys.contains { $0.hasPrefix("2") || $0.hasPrefix("3") }, "\(route)")
            }
        }
    }

    @Test func `webhooks show runs and shorts just as the API does`() throws {
        let checker = SchemaChecker(openAPI: try OpenAPIDocument("openapi").json)

        for event in EventType.allCases {
            let data = try ContractFiles.json("contracts/examples/events/\(event.rawValue).json")["data"]
            if let run = data?["run"] {
                #expect(try checker.problems(run, by: "#/components/schemas/Run") == [], "\(event.rawValue)")
            }
            if let endpoint = data?["endpoint"] {
                let problems = try checker.problems(endpoint, by: "#/components/schemas/EndpointNotice")
                #expect(problems == [], "\(event.rawValue)")
            }
            for output in (data?["outputs"]?.array ?? []) + [data?["output"]].compactMap(\.self) {
                #expect(
                    try checker.problems(output, by: "#/components/schemas/Output") == [],
                    "\(event.rawValue)"
                )
            }
        }
    }

    @Test func `the examples of the API fit its schemas`() throws {
        let document = try OpenAPIDocument("openapi")
        let checker = SchemaChecker(openAPI: document.json)

        #expect(!document.examples.isEmpty)
        for (name, value) in document.examples where document.schema(name) != nil {
            #expect(try checker.problems(value, by: "#/components/schemas/\(name)") == [], "\(name)")
        }
    }

    @Test func `the examples of a rerun fit its schema, nulls and labels too`() throws {
        let document = try OpenAPIDocument("openapi")
        let checker = SchemaChecker(openAPI: document.json)
        let body = document.operations["POST /v1/runs/{id}/rerun"]?["requestBody"]
        let examples = body?["content"]?["application/json"]?["examples"]?.object ?? [:]

        #expect(examples["defaults"] != nil)
        for (name, example) in examples {
            let value = try #require(example["value"])
            #expect(try checker.problems(value, by: "#/components/schemas/RerunRequest") == [], "\(name)")
        }
        let wrong: JSONValue = .object(["options": .object(["reuse": .string("no")])])
        #expect(try checker.problems(wrong, by: "#/components/schemas/RerunRequest") != [])
        let types = document.schema("Event")?["properties"]?["type"]?["description"]?.string
        #expect(types?.contains("`run.reviewed`") == true)
    }

    @Test func `the API names the stages, ratios and states that the code has`() throws {
        let document = try OpenAPIDocument("openapi")
        func values(_ schema: JSONValue?) -> [String] { schema?["enum"]?.array?.compactMap(\.string) ?? [] }

        #expect(values(document.schema("Job")?["properties"]?["stage"]) == Stage.allCases.map(\.rawValue))
        #expect(values(document.schema("Ratio")) == AspectRatio.allCases.map(\.rawValue))
        #expect(values(document.schema("RunState")).sorted() == RunState.allCases.map(\.rawValue).sorted())
    }

    @Test func `every problem is documented once, and its status where one is told`() throws {
        let rows = try ContractFiles.text("docs/problems.md").split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /\| `([a-z-]+)` \|(?: (\d+) \|)? .+ \|/).map { match in
                (slug: String(match.output.1), status: match.output.2.flatMap { Int($0) })
            }
        }

        #expect(rows.map(\.slug).sorted() == Problem.Slug.allCases.map(\.rawValue).sorted())
        for row in rows {
            let slug = Problem.Slug(rawValue: row.slug)
            if let status = row.status { #expect(slug?.status == status, "\(row.slug)") }
        }
    }
}
