/// An answer.
///
/// The body is as received: no content coding is undone.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// Whether the body went on after what is kept of it.
    package let isTruncated: Bool
    package let timing: TransferTiming

    /// The first header of that name, in any letter case.
    package func header(_ name: String) -> String? { headers.firstValue(named: name) }
}
