extension Array where Element == (name: String, value: String) {
    /// The first value of that name, in any letter case.
    package func firstValue(named name: String) -> String? {
        let name = name.lowercased()
        return first { $0.name.lowercased() == name }?.value
    }
}
