/// One HTTP request as a loopback server read it.
package struct LoopbackRequest: Sendable {
    package var method: String
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    /// The first header of that name, in any letter case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// How many headers of that name came.
    package func count(of name: String) -> Int {
        headers.count { $0.name.lowercased() == name.lowercased() }
    }
}
