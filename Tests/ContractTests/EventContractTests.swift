import Contracts
import Foundation
import Testing
import Yams

@Suite struct EventContractTests {
    struct Catalog: Decodable {
        struct Event: Decodable {
            var name: String
            var description: String
            var when: String
            var version: Int
            var schema: String
            var example: String
        }

        var version: Int
        var events: [Event]
    }

    private let catalog: Catalog

    init() throws {
        catalog = try YAMLDecoder().decode(Catalog.self, from: ContractFiles.text("webhooks/catalog.yaml"))
    }

    @Test func `the catalog lists the types that the code sends, with the same words`() {
        #expect(catalog.events.map(\.name) == EventType.allCases.map(\.rawValue))
        #expect(catalog.events.map(\.description) == EventType.allCases.map(\.summary))
        #expect(catalog.events.allSatisfy { !$0.when.isEmpty && $0.version >= 1 })
    }

    @Test func `no schema or example belongs to an event that is not in the catalog`() throws {
        let names = catalog.events.map(\.name).sorted()

        let schemas = try ContractFiles.names(in: "contracts/events", suffix: ".schema.json")
        #expect(schemas.filter { $0 != "definitions" } == names)
        #expect(try ContractFiles.names(in: "contracts/examples/events", suffix: ".json") == names)
    }

    @Test func `every example is an event of its type, valid by its schema, and encodes to equal JSON`()
        throws
    {
        for event in catalog.events {
            let data = try ContractFiles.data(event.example)
            let example = try JSONValue(data)

            let envelope = try WireJSON.decode(EventEnvelope.self, from: data)

            #expect(envelope.type.rawValue == event.name)
            #expect(try JSONValue(WireJSON.encode(envelope)) == example, "\(event.name)")
            #expect(try SchemaChecker(path: event.schema).problems(example) == [], "\(event.name)")
        }
    }

    @Test func `an event's schema refuses the example of another type`() throws {
        for (event, other) in zip(catalog.events, catalog.events.dropFirst()) {
            let problems = try SchemaChecker(path: event.schema).problems(ContractFiles.json(other.example))
            #expect(problems.contains("/type: breaks 'const'"))
        }
    }
}
