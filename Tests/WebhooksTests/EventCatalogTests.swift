import Contracts
import Foundation
import Testing
import Webhooks

@Suite struct EventCatalogTests {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `the catalog file names every type with its words and files`() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "webhooks/catalog.yaml"),
            encoding: .utf8
        )
        let names = text.split(separator: "\n").filter { $0.hasPrefix("  - name: ") }.map { $0.dropFirst(10) }

        #expect(names.map(String.init) == EventType.allCases.map(\.rawValue))
        for entry in EventCatalog.entries {
            let name = entry.type.rawValue
            #expect(text.contains("  - name: \(name)\n    description: \"\(entry.description)\"\n"))
            for path in ["contracts/events/\(name).schema.json", "contracts/examples/events/\(name).json"] {
                #expect(text.contains(path))
                #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: path).path))
            }
        }
    }

    @Test(arguments: EventType.allCases)
    func `an example is exactly what the gateway would write`(type: EventType) throws {
        let data = try Data(
            contentsOf: Self.root.appending(path: "contracts/examples/events/\(type.rawValue).json")
        )

        let envelope = try WireJSON.decode(EventEnvelope.self, from: data)
        let written = try JSONSerialization.jsonObject(with: WireJSON.encode(envelope))
        let example = try JSONSerialization.jsonObject(with: data)

        #expect(envelope.type == type)
        #expect((written as? NSDictionary) == (example as? NSDictionary))
    }

    @Test(arguments: EventType.allCases)
    func `a schema stands alone and names each member of its example`(type: EventType) throws {
        let entry = try #require(EventCatalog.entries.first { $0.type == type })
        let schema = try object(entry.schemaJSON)
        let example = try object(
            Data(contentsOf: Self.root.appending(path: "contracts/examples/events/\(type.rawValue).json"))
        )

        #expect(!String(decoding: entry.schemaJSON, as: UTF8.self).contains("definitions.schema.json"))
        let definitions = schema["$defs"] as? [String: Any] ?? [:]
        #expect(unnamed(in: example, by: schema, definitions, at: "#").isEmpty)
    }

    @Test func `the answer of the API is valid JSON with every type`() throws {
        let answer = try object(EventCatalog.responseJSON)

        let entries = try #require(answer["data"] as? [[String: Any]])
        #expect(entries.compactMap { $0["name"] as? String } == EventType.allCases.map(\.rawValue))
        #expect(entries.allSatisfy { $0["schema"] is [String: Any] && $0["version"] as? Int == 1 })
        for (entry, type) in zip(entries, EventType.allCases) {
            #expect((entry["example"] as? [String: Any])?["type"] as? String == type.rawValue)
        }
    }

    private func object(_ data: Data) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The paths of members of `value` that `schema` does not describe, and of required members that are missing.
    private func unnamed(
        in value: Any,
        by schema: [String: Any],
        _ definitions: [String: Any],
        at path: String
    ) -> [String] {
        let parts = flattened(schema, definitions)
        if let list = value as? [Any] {
            let items = parts.compactMap { $0["items"] as? [String: Any] }
            return list.indices.flatMap { index in
                items.flatMap { unnamed(in: list[index], by: $0, definitions, at: "\(path)/\(index)") }
            }
        }
        guard let members = value as? [String: Any] else { return [] }
        if parts.contains(where: { $0["additionalProperties"] != nil }) { return [] }
        let required = parts.flatMap { $0["required"] as? [String] ?? [] }
        let missing = required.filter { members[$0] == nil }.map { "\(path)/\($0) is missing" }
        return missing
            + members.flatMap { name, member -> [String] in
                let described = parts.compactMap {
                    ($0["properties"] as? [String: Any])?[name] as? [String: Any]
                }
                if described.isEmpty { return ["\(path)/\(name) is not described"] }
                return unnamed(in: member, by: ["allOf": described], definitions, at: "\(path)/\(name)")
            }
    }

    /// A schema with all that it refers to or is composed of.
    private func flattened(_ schema: [String: Any], _ definitions: [String: Any]) -> [[String: Any]] {
        var parts = [schema]
        if let name = (schema["$ref"] as? String)?.split(separator: "/").last,
            let definition = definitions[String(name)] as? [String: Any]
        {
            parts += flattened(definition, definitions)
        }
        for part in schema["allOf"] as? [[String: Any]] ?? [] { parts += flattened(part, definitions) }
        for part in schema["anyOf"] as? [[String: Any]] ?? [] {
            // What one of several asks for need not be there.
            parts += flattened(part, definitions).map { $0.filter { $0.key != "required" } }
        }
        return parts
    }
}
