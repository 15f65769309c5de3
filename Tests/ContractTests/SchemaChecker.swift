import Contracts
import Foundation

/// Checks values against the part of JSON Schema 2020-12 that our schemas use, and refuses any other keyword.
struct SchemaChecker {
    private static let notes: Set<String> = [
        "$schema", "$id", "$defs", "title", "description", "default", "example", "examples",
    ]
    /// Formats that tell a reader what a value is and forbid nothing.
    private static let looseFormats: Set<String> = ["uri", "int64", "binary"]

    /// The folder of the schema that is being read; references are relative to it.
    private let folder: String
    private let document: JSONValue

    init(path: String) throws {
        folder = path.split(separator: "/").dropLast().joined(separator: "/")
        document = try ContractFiles.json(path)
    }

    /// Over the parts of an OpenAPI document.
    init(openAPI document: JSONValue) {
        folder = "contracts"
        self.document = document
    }

    /// All that is wrong with a value by the schema behind a reference.
    func problems(_ value: JSONValue, by reference: String) throws -> [String] {
        let target = try resolve(reference)
        return try target.checker.problems(value, target.schema, at: "")
    }

    /// All that is wrong, each at its place in the value.
    func problems(_ value: JSONValue) throws -> [String] { try problems(value, document, at: "") }

    private func problems(_ value: JSONValue, _ schema: JSONValue, at place: String) throws -> [String] {
        guard let keywords = schema.object else { return ["\(place): the schema is no object"] }
        var problems: [String] = []
        for (keyword, rule) in keywords where !Self.notes.contains(keyword) {
            problems += try check(value, keyword, rule, keywords, at: place)
        }
        return problems
    }

    private func check(
        _ value: JSONValue,
        _ keyword: String,
        _ rule: JSONValue,
        _ all: [String: JSONValue],
        at place: String
    ) throws -> [String] {
        func fail(_ holds: Bool) -> [String] { holds ? [] : ["\(place): breaks '\(keyword)'"] }
        switch keyword {
        case "$ref":
            let target = try resolve(rule.string ?? "")
            return try target.checker.problems(value, target.schema, at: place)
        case "type": return fail((rule.array ?? [rule]).contains { hasType(value, $0.string ?? "") })
        case "const": return fail(value == rule)
        case "enum": return fail(rule.array?.contains(value) ?? false)
        case "minimum": return fail(value.number.map { $0 >= rule.number ?? .infinity } ?? true)
        case "maximum": return fail(value.number.map { $0 <= rule.number ?? -.infinity } ?? true)
        case "minLength":
            return fail(value.string.map { Double($0.unicodeScalars.count) >= rule.number ?? 0 } ?? true)
        case "maxLength":
            return fail(value.string.map { Double($0.unicodeScalars.count) <= rule.number ?? 0 } ?? true)
        case "minItems": return fail(value.array.map { Double($0.count) >= rule.number ?? 0 } ?? true)
        case "maxItems": return fail(value.array.map { Double($0.count) <= rule.number ?? 0 } ?? true)
        case "format":
            guard rule.string == "date-time" else {
                return fail(Self.looseFormats.contains(rule.string ?? ""))
            }
            return fail(value.string.map { Timestamp.parse($0) != nil } ?? true)
        case "minProperties": return fail(value.object.map { Double($0.count) >= rule.number ?? 0 } ?? true)
        case "maxProperties": return fail(value.object.map { Double($0.count) <= rule.number ?? 0 } ?? true)
        case "uniqueItems": return fail(value.array.map { Set($0).count == $0.count } ?? true)
        case "pattern":
            let pattern = try Regex(rule.string ?? "")
            return fail(value.string.map { $0.contains(pattern) } ?? true)
        case "required":
            guard let members = value.object else { return [] }
            return (rule.array ?? []).compactMap(\.string).filter { members[$0] == nil }
                .map { "\(place): lacks '\($0)'" }
        case "properties":
            return try (rule.object ?? [:]).flatMap { name, schema in
                try value[name].map { try problems($0, schema, at: "\(place)/\(name)") } ?? []
            }
        case "additionalProperties":
            let known = Set((all["properties"]?.object ?? [:]).keys)
            let others = (value.object ?? [:]).filter { !known.contains($0.key) }
            if rule == .bool(true) { return [] }
            if rule == .bool(false) { return others.keys.sorted().map { "\(place): '\($0)' is unknown" } }
            return try others.flatMap { try problems($1, rule, at: "\(place)/\($0)") }
        case "items":
            return try (value.array ?? []).enumerated().flatMap {
                try problems($0.element, rule, at: "\(place)/\($0.offset)")
            }
        case "allOf": return try (rule.array ?? []).flatMap { try problems(value, $0, at: place) }
        case "anyOf":
            return fail(try (rule.array ?? []).contains { try problems(value, $0, at: place).isEmpty })
        case "oneOf":
            return fail(try (rule.array ?? []).count { try problems(value, $0, at: place).isEmpty } == 1)
        default: return ["\(place): the keyword '\(keyword)' is not one that this checker knows"]
        }
    }

    private func hasType(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    /// `#/$defs/x`, `file.schema.json`, or `file.schema.json#/$defs/x`.
    func resolve(_ reference: String) throws -> (checker: SchemaChecker, schema: JSONValue) {
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        let checker = parts[0].isEmpty ? self : try SchemaChecker(path: "\(folder)/\(parts[0])")
        var schema = checker.document
        for key in (parts.count > 1 ? parts[1] : "").split(separator: "/") {
            guard let next = schema[String(key)] else { throw MissingSchema(reference: reference) }
            schema = next
        }
        return (checker, schema)
    }

    struct MissingSchema: Error {
        let reference: String
    }

    /// The document's own schema, for those who walk it.
    var root: JSONValue { document }
}
