/// The headers of a callback, found in any letter case.
package struct CallbackHeaders: Sendable, Hashable {
    private let values: [String: String]

    /// Of headers with one name the first counts.
    package init(_ headers: [(name: String, value: String)]) {
        values = Dictionary(
            headers.map { ($0.name.lowercased(), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package subscript(name: String) -> String? { values[name.lowercased()] }
}
