extension JSONValue {
    /// Every member of every object in this value, by its place: `moments/*/title`.
    func members(at place: [String] = []) -> Set<String> {
        switch self {
        case .array(let items):
            items.reduce(into: []) { $0.formUnion($1.members(at: place + ["*"])) }
        case .object(let members):
            members.reduce(into: []) { found, member in
                found.insert((place + [member.key]).joined(separator: "/"))
                found.formUnion(member.value.members(at: place + [member.key]))
            }
        default: []
        }
    }

    /// Places of arrays that hold nothing, so that nothing can be known of their items.
    func emptyArrays(at place: [String] = []) -> Set<String> {
        switch self {
        case .array(let items):
            items.isEmpty
                ? [place.joined(separator: "/")]
                : items.reduce(into: []) { $0.formUnion($1.emptyArrays(at: place + ["*"])) }
        case .object(let members):
            members.reduce(into: []) { $0.formUnion($1.value.emptyArrays(at: place + [$1.key])) }
        default: []
        }
    }

    /// The value without the member at a place, in every object that has it.
    func removing(_ place: ArraySlice<String>) -> JSONValue {
        guard let step = place.first else { return self }
        switch self {
        case .array(let items): return .array(items.map { $0.removing(place.dropFirst()) })
        case .object(var members):
            members[step] = place.count == 1 ? nil : members[step]?.removing(place.dropFirst())
            return .object(members)
        default: return self
        }
    }
}
