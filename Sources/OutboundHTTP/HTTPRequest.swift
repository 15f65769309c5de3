/// One request, as it goes on the wire: nothing is followed, decoded or remembered on its behalf.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?

    /// How long it may take; nil for the times that suit the call, `exchange` or `streaming`.
    package var timeouts: TransferTimeouts?
    package var limits: ResponseLimits

    package init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        timeouts: TransferTimeouts? = nil,
        limits: ResponseLimits = ResponseLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.limits = limits
    }
}
