/// The headers of a callback, found in any letter case.
package struct CallbackHeaders: Sendable, Hashable {
    private let values: [String: [String]]

    package init(_ headers: [(name: String, value: String)]) {
        values = Dictionary(grouping: headers) { $0.name.lowercased() }.mapValues { $0.map(\.value) }
    }

    /// The value of a header; of several with one name the first counts.
    package subscript(name: String) -> String? { values[name.lowercased()]?.first }

    /// How many headers of that name came.
    package func count(of name: String) -> Int { values[name.lowercased()]?.count ?? 0 }
}
