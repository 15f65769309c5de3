import Foundation

/// The schemas of the document, as far as members and their presence go.
struct SchemaBook: @unchecked Sendable {
    // Read once from a file and never changed, so it may cross tasks.
    private let schemas: [String: Any]

    init(_ document: [String: Any]) {
        let components = document["components"] as? [String: Any]
        schemas = components?["schemas"] as? [String: Any] ?? [:]
    }

    /// Members that are missing, or that the schema does not know, by their path.
    func misfits(_ value: Any, schema name: String) -> [String] {
        misfits(value, schemas[name] ?? [String: Any](), path: name)
    }

    private func misfits(_ value: Any, _ schema: Any, path: String) -> [String] {
        guard let schema = resolve(schema) else { return ["\(path): no such schema"] }
        if let choices = schema["oneOf"] as? [Any] {
            if value is NSNull { return [] }
            let found = choices.map { misfits(value, $0, path: path) }
            return found.contains { $0.isEmpty } ? [] : found.last ?? []
        }
        if let list = value as? [Any] {
            guard let items = schema["items"] else { return [] }
            return list.enumerated().flatMap { misfits($0.element, items, path: "\(path)/\($0.offset)") }
        }
        guard let object = value as? [String: Any] else {
            // A null branch of a choice fits nothing else.
            return schema["type"] as? String == "null" ? ["\(path): not null"] : []
        }
        if schema["type"] as? String == "null" { return ["\(path): not null"] }
        guard let properties = schema["properties"] as? [String: Any] else { return [] }
        var found: [String] = []
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            found.append("\(path)/\(name): missing")
        }
        for (name, member) in object {
            if let property = properties[name] {
                found += misfits(member, property, path: "\(path)/\(name)")
            } else {
                found.append("\(path)/\(name): unknown")
            }
        }
        return found
    }

    private func resolve(_ schema: Any) -> [String: Any]? {
        guard let schema = schema as? [String: Any] else { return nil }
        guard let reference = schema["$ref"] as? String else { return schema }
        return schemas[reference.replacing("#/components/schemas/", with: "")] as? [String: Any]
    }
}
