import Contracts
import Foundation
import Yams

/// An OpenAPI document of `contracts/`, as JSON.
struct OpenAPIDocument: Sendable, CustomStringConvertible {
    static let methods: Set<String> = ["get", "put", "post", "delete", "patch", "head", "options"]

    let name: String
    let json: JSONValue

    var description: String { name }

    init(_ name: String) throws {
        self.name = name
        let path = "contracts/\(name).yaml"
        json = try ContractFiles.parsed(path) {
            Self.value(try Yams.load(yaml: ContractFiles.text(path)) ?? NSNull())
        }
    }

    static func all() throws -> [OpenAPIDocument] {
        try ContractFiles.names(in: "contracts", suffix: ".yaml").map(OpenAPIDocument.init)
    }

    /// Operations by method and path.
    var operations: [String: JSONValue] {
        (json["paths"]?.object ?? [:]).reduce(into: [:]) { found, item in
            for (method, operation) in item.value.object ?? [:] where Self.methods.contains(method) {
                found["\(method.uppercased()) \(item.key)"] = operation
            }
        }
    }

    /// What this service sends, by name.
    var webhooks: [String: JSONValue] {
        (json["webhooks"]?.object ?? [:]).compactMapValues { $0["post"] }
    }

    /// Every reference anywhere in the document.
    var references: Set<String> { Self.references(in: json) }

    func schema(_ name: String) -> JSONValue? { json["components"]?["schemas"]?[name] }

    /// Values of the named examples.
    var examples: [String: JSONValue] {
        (json["components"]?["examples"]?.object ?? [:]).compactMapValues { $0["value"] }
    }

    private static func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .array(let items): items.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .object(let members):
            members.reduce(into: []) { found, member in
                if member.key == "$ref", let reference = member.value.string { found.insert(reference) }
                found.formUnion(references(in: member.value))
            }
        default: []
        }
    }

    private static func value(_ yaml: Any) -> JSONValue {
        switch yaml {
        case let value as Bool: .bool(value)
        case let value as Int: .number(Double(value))
        case let value as Double: .number(value)
        case let value as String: .string(value)
        // YAML reads a bare time as a date.
        case let value as Date: .string(Timestamp.format(value))
        case let items as [Any]: .array(items.map(Self.value))
        case let members as [AnyHashable: Any]:
            .object(
                Dictionary(
                    members.map { (String(describing: $0.key), Self.value($0.value)) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        default: .null
        }
    }
}
