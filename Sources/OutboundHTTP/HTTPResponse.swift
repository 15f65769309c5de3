/// An answer.
///
/// The body is as received: no content coding is undone.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// Whether the body went on after what is kept of it.
    package let isTruncated: Bool

    /// Whether the body took longer than it may; what came of it is kept.
    package let isBodySlow: Bool

    /// How often the request was sent again at once, since a connection that was kept had ended before it.
    package let resends: Int
    package let timing: TransferTiming

    package init(
        status: Int,
        headers: [(name: String, value: String)],
        body: [UInt8],
        isTruncated: Bool = false,
        isBodySlow: Bool = false,
        resends: Int = 0,
        timing: TransferTiming = TransferTiming()
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isTruncated = isTruncated
        self.isBodySlow = isBodySlow
        self.resends = resends
        self.timing = timing
    }

    /// The first header of that name, in any letter case.
    package func header(_ name: String) -> String? { headers.firstValue(named: name) }
}
