/// The members that a schema gives to objects, and those that it asks for, by their place: `moments/*/title`.
struct SchemaMembers {
    private(set) var all: Set<String> = []
    private(set) var required: Set<String> = []

    init(_ checker: SchemaChecker) throws {
        try add(checker.root, checker, at: [])
    }

    private mutating func add(_ schema: JSONValue, _ checker: SchemaChecker, at place: [String]) throws {
        if let reference = schema["$ref"]?.string {
            let target = try checker.resolve(reference)
            try add(target.schema, target.checker, at: place)
        }
        if let items = schema["items"] { try add(items, checker, at: place + ["*"]) }
        for (name, member) in schema["properties"]?.object ?? [:] {
            let inner = place + [name]
            all.insert(inner.joined(separator: "/"))
            try add(member, checker, at: inner)
        }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] {
            required.insert((place + [name]).joined(separator: "/"))
        }
    }
}
