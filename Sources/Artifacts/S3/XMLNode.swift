/// One element of an XML document: its text, or the elements in it.
struct XMLNode: Hashable {
    /// Without the prefix of a namespace.
    let name: String
    var text = ""
    var children: [XMLNode] = []

    subscript(name: String) -> XMLNode? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    /// The text of a child.
    func text(_ name: String) -> String? { self[name]?.text }
}
