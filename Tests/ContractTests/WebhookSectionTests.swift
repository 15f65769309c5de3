import Contracts
import Foundation
import Testing
import Yams

@Suite struct WebhookSectionTests {
    private let document: OpenAPIDocument
    private let checker: SchemaChecker

    init() throws {
        document = try OpenAPIDocument("openapi")
        checker = SchemaChecker(openAPI: document.json)
    }

    private func schema(of type: EventType) throws -> String {
        let body = document.webhooks[type.rawValue]?["requestBody"]
        return try #require(body?["content"]?["application/json"]?["schema"]?["$ref"]?.string)
    }

    @Test func `the section has every event of the catalog with its words, and no other`() throws {
        #expect(Set(document.webhooks.keys) == Set(EventType.allCases.map(\.rawValue)))
        for type in EventType.allCases {
            let operation = document.webhooks[type.rawValue]
            #expect(operation?["summary"]?.string == type.summary)
            #expect(operation?["parameters"]?.array?.count == 3)
        }
        let names = document.webhooks.values.compactMap { $0["operationId"]?.string }
        #expect(Set(names).count == EventType.allCases.count)
    }

    @Test(arguments: EventType.allCases)
    func `an example fits the section's schema, and that of no other event`(type: EventType) throws {
        let example = try ContractFiles.json("contracts/examples/events/\(type.rawValue).json")

        #expect(try checker.problems(example, by: try schema(of: type)) == [])
        for other in EventType.allCases where other != type {
            #expect(try checker.problems(example, by: try schema(of: other)) != [], "\(other)")
        }
    }

    @Test(arguments: EventType.allCases)
    func `the section and the event's own schema name the same members`(type: EventType) throws {
        let own = try ContractFiles.json("contracts/events/\(type.rawValue).schema.json")
        let section = try checker.resolve(try schema(of: type)).schema
        let parts = section["allOf"]?.array ?? []
        let base = try checker.resolve("#/components/schemas/WebhookEvent").schema
        let members = parts.compactMap { $0["properties"]?["data"]?["properties"]?.object }.flatMap(\.keys)

        #expect(
            Set(members + ["links"]) == Set((own["properties"]?["data"]?["properties"]?.object ?? [:]).keys)
        )
        #expect(
            Set((base["properties"]?.object ?? [:]).keys) == Set((own["properties"]?.object ?? [:]).keys)
        )
    }

    @Test(arguments: EventType.allCases)
    func `an event without its parts is only valid when it says that it is thin`(type: EventType) throws {
        let path = "contracts/events/\(type.rawValue).schema.json"
        var example = try #require(
            try ContractFiles.json("contracts/examples/events/\(type.rawValue).json").object
        )
        example["data"] = .object(["links": example["data"]?["links"] ?? .null])

        #expect(try SchemaChecker(path: path).problems(.object(example)) != [])
        #expect(try checker.problems(.object(example), by: try schema(of: type)) != [])
        example["thin"] = .bool(true)
        #expect(try SchemaChecker(path: path).problems(.object(example)) == [])
        #expect(try checker.problems(.object(example), by: try schema(of: type)) == [])
    }
}
