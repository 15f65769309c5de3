/// A well-formed answer of a loopback server.
package struct LoopbackAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(_ status: Int, headers: [(name: String, value: String)] = [], body: String = "") {
        self.status = status
        self.headers = headers
        self.body = Array(body.utf8)
    }

    package init(_ status: Int, headers: [(name: String, value: String)] = [], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        body = bytes
    }
}
